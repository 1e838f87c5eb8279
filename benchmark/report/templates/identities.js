// Identities: who is who in gold and in the models' answers, by numbers that gold and models share.

/** Numbers of identities, by their first mention; a model's identity has the number of the gold one that most of its labels have, if it is free. */
function numbered(article, model, side) {
  const found = new Map();
  for (const kind of ['m', 't']) {
    const named = side[kind === 'm' ? 'mentions' : 'events'].filter((label) => label[4]);
    const names = [...new Set(named.map((label) => label[4]))];
    if (model < 0) {
      names.forEach((name, n) => found.set(kind + name, n + 1));
      continue;
    }
    const numbers = columnOf(article, -1, 'all').identities;
    const gold = article.gold[kind === 'm' ? 'mentions' : 'events'];
    const goldAt = new Map(gold.map((label) => [`${label[0]} ${label[1]}`, numbers.get(kind + label[4])]));
    const shared = new Map();  // labels in common, by the model's name and gold's number
    for (const label of named) {
      const number = goldAt.get(`${label[0]} ${label[1]}`);
      if (!number) continue;
      const key = JSON.stringify([label[4], number]);
      shared.set(key, (shared.get(key) || 0) + 1);
    }
    const taken = new Set();
    for (const [key] of [...shared].sort((x, y) => y[1] - x[1])) {
      const [name, number] = JSON.parse(key);
      if (found.has(kind + name) || taken.has(number)) continue;
      found.set(kind + name, number);
      taken.add(number);
    }
    let next = new Set(gold.map((label) => label[4]).filter(Boolean)).size;
    for (const name of names) if (!found.has(kind + name)) found.set(kind + name, ++next);
  }
  return found;
}

/** What identity a label has, as told by kind and number; numbers that gold does not have are the column's own. */
function identityOf(column, { kind, label, missing }) {
  const number = missing || !label[4] ? 0 : column.identities.get(kind + label[4]);
  if (!number) return undefined;
  const article = articleById(reading.article);
  const known = once(`identities ${article.id} ${kind}`, () => [...columnOf(article, -1, 'all').identities.keys()].filter((name) => name[0] === kind).length);
  return `${kind}${number}${number <= known ? '' : `@${column.model}`}`;  // those of gold are numbered first
}

/** Mark all labels of an identity. */
function showIdentity(chosen) {
  reading.identity = chosen;
  document.querySelectorAll('.label[data-identity]').forEach((one) => one.classList.toggle('same', one.dataset.identity === chosen));
  if ([...at('identity').options].some((option) => option.value === chosen)) at('identity').value = chosen;
  else at('identity').value = '';
}

/** The identities of gold, and those that a model alone has, to choose from. */
function listIdentities(article, columns) {
  const groups = {};
  for (const column of columns) {
    for (const [kind, labels] of [['m', column.side.mentions], ['t', column.side.events]]) {
      const seen = new Map();
      for (const label of labels) if (label[4]) seen.set(label[4], (seen.get(label[4]) || 0) + 1);
      for (const [name, number] of seen) {
        const key = identityOf(column, { kind, label: [0, 0, '', '', name] });
        if (column.model >= 0 && !key.includes('@')) continue;
        (groups[column.model < 0 ? `gold, ${kind === 'm' ? 'entities' : 'events'}` : data.models[column.model].name] ||= []).push([key, `${kind === 't' ? 'e' : ''}${column.identities.get(kind + name)} ${name} (${number})`]);
      }
    }
  }
  options(at('identity'), { '': [['', 'none']], ...groups }, '');
}
