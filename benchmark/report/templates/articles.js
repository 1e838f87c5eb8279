// The browser of articles: sentences with gold and up to three models side by side, errors in words.

const MOST = 3;
const reading = { article: null, models: [], kinds: new Set() };
const ERRORS = Object.keys(data.articles.errors);
const OF_SPANS = new Set(['missed', 'spurious', 'boundary', 'type', 'boundary and type']);  // of mentions, which have levels
const GENTLE = new Set(['split identity', 'merged identity', 'wrong value', 'wrong realis']);  // the label itself is right

const articleById = (id) => data.articles.list.find((article) => article.id === id);

/** The text of an article by code points, as offsets count them. */
const pointsOf = (article) => once(`points ${article.id}`, () => (article.text === null ? null : Array.from(article.text)));

/** The errors of a model's answer at the levels that are shown: of mentions those that the figures count, or those at all levels. */
const marksOf = (side, levels) => (levels === 'all' ? [...side.marks.filter(([kind]) => !OF_SPANS.has(ERRORS[kind])), ...side.nouns] : side.marks);

/** One column: labels of gold (model -1), or of a model with its errors by label: "m3", "t3", "a3.1" of mentions, events and arguments. */
function columnOf(article, model, levels) {
  return once(`column ${article.id} ${model} ${levels}`, () => {
    const side = model < 0 ? article.gold : article.models[model];
    const marks = model < 0 ? [] : marksOf(side, levels);
    const errors = new Map();
    for (const [kind, , of, gold = null, predicted = null] of marks) {
      const missing = predicted === null;
      const at = missing ? gold : predicted;
      if (at === null) continue;
      const key = `${missing ? 'missing ' : ''}${of}${of === 'a' ? at.join('.') : at}`;
      const told = missing || gold === null ? null : hint(ERRORS[kind], of, of === 'a' ? article.gold.events[gold[0]][5][gold[1]] : article.gold[of === 'm' ? 'mentions' : 'events'][gold]);
      errors.set(key, [...(errors.get(key) || []), [ERRORS[kind], told]]);
    }
    return { model, side, marks, errors, identities: numbered(article, model, side) };
  });
}

/** What gold has where a model has something else. */
function hint(kind, of, label) {
  if (kind === 'wrong role') return label[0];
  if (kind === 'wrong value') return label[5];
  if (kind === 'wrong realis') return label[3];
  return kind.includes('type') ? label[2] : null;
}

/** Errors of a label in words. */
const inWords = (errors) => make('span', { class: 'error' }, errors.flatMap(([kind, told], n) => [n ? ', ' : ' ', kind, ...(told ? [' (gold ', bdi(told), ')'] : [])]));

/** Labels of a column that begin in a sentence, with what gold has and it lacks. */
function labelsIn(article, column, [low, high]) {
  const of = at('of').value;
  const found = [];
  const inside = (label) => label[0] >= low && label[0] < high;
  const collect = (side, kind, list) => list.forEach((label, n) => {
    if (!inside(label) || !of.includes(kind) || (kind === 'm' && !levelled(label, at('shown').value))) return;
    const key = side === column.side ? `${kind}${n}` : `missing ${kind}${n}`;
    const errors = column.errors.get(key) || [];
    if (side === column.side || errors.length) found.push({ kind, label, n, errors, missing: side !== column.side });
  });
  collect(column.side, 'm', column.side.mentions);
  collect(column.side, 't', column.side.events);
  if (column.model >= 0) {
    collect(article.gold, 'm', article.gold.mentions);
    collect(article.gold, 't', article.gold.events);
  }
  return found;
}

const levelled = (label, levels) => levels === 'all' || (label[3] ?? 'NAM') === 'NAM';

/** The kinds of the errors of each sentence under the choices made, one for each error. */
function kindsOf(article, columns) {
  const [of, levels] = [at('of').value, at('shown').value];
  const found = article.sentences.map(() => []);
  for (const { side, marks } of columns) {
    for (const [kind, sentence, about, gold = null, predicted = null] of marks) {
      if (about === 's' || !of.includes(about === 'm' ? 'm' : 't')) continue;
      const label = about !== 'm' ? null : predicted === null ? article.gold.mentions[gold] : side.mentions[predicted];
      if (!label || OF_SPANS.has(ERRORS[kind]) || levelled(label, levels)) (found[sentence ?? 0] || []).push(ERRORS[kind]);
    }
  }
  return found;
}

/** What stands behind a label: type, identity, errors. */
function tag(column, { kind, label, errors, missing }) {
  const [, , type, third, identity, fifth] = label;
  const number = missing || !identity ? null : column.identities.get(kind + identity);
  const parts = [make('span', { class: 'type' }, bdi(kind === 't' && third ? `${type}, ${third}` : type))];
  if (number) parts.push(make('span', { class: 'id', title: identity }, `·${kind === 't' ? 'e' : ''}${number}`));
  if (kind === 'm' && fifth && errors.some(([name]) => name === 'wrong value')) parts.push(' ', bdi(fifth));
  if (errors.length) parts.push(inWords(errors));
  return make('span', { class: 'tag' }, ...parts);
}

const classOf = ({ kind, errors, missing }) => ['label', kind === 't' ? 'trigger' : 'mention',
  missing ? 'missing' : errors.some(([name]) => !GENTLE.has(name)) ? 'wrong' : errors.length ? 'nearly' : ''].filter(Boolean).join(' ');

/** A sentence with its labels in it: longer labels hold shorter ones; of two that cross the later one is cut. */
function annotated(points, [low, high], column, labels) {
  const sorted = [...labels].sort((a, b) => a.label[0] - b.label[0] || b.label[1] - a.label[1]);
  const root = make('p', { class: 'words' });
  const open = [{ node: root, end: high }];
  let place = low;
  const write = (end) => {
    if (end > place) open.at(-1).node.append(points.slice(place, end).join(''));
    place = Math.max(place, end);
  };
  const close = () => {
    const { node, end, item } = open.pop();
    open.push({ node });
    write(end);
    open.pop();
    node.append(tag(column, item));
  };
  for (const item of sorted) {
    while (open.length > 1 && open.at(-1).end <= item.label[0]) close();
    write(item.label[0]);
    const node = make('span', { class: classOf(item), 'data-identity': identityOf(column, item) });
    open.at(-1).node.append(node);
    open.push({ node, end: Math.min(item.label[1], open.at(-1).end), item });
  }
  while (open.length > 1) close();
  write(high);
  return root;
}

/** Where there is no text to show: offsets and labels. */
function bare(column, labels) {
  const sorted = [...labels].sort((a, b) => a.label[0] - b.label[0] || b.label[1] - a.label[1]);
  return make('p', { class: 'words' }, sorted.map((item) => [make('span', { class: classOf(item), 'data-identity': identityOf(column, item) }, `${item.label[0]}\u2060–\u2060${item.label[1]}`, tag(column, item)), ' ']).flat());
}

/** Who did what in a sentence: of each event its label, and its arguments as [role, start, end, errors, whether gold alone has it]. */
function eventsOf(article, column, labels) {
  const lackingOf = [...column.errors].filter(([key]) => /^missing a/.test(key)).map(([key, kinds]) => [...key.slice(9).split('.').map(Number), kinds]);
  return labels.filter(({ kind }) => kind === 't').sort((a, b) => a.label[0] - b.label[0]).map(({ label, n, missing }) => {
    const given = (missing ? [] : label[5] || []).map((argument, k) => [argument[0], argument[1], argument[2], column.errors.get(`a${n}.${k}`) || [], false]);
    const lacking = column.model < 0 ? [] : lackingOf.filter(([event]) => event === (missing ? n : partner(article, column, n)))
      .map(([event, k, kinds]) => [...[0, 1, 2].map((part) => article.gold.events[event][5][k][part]), kinds, true]);
    return { label, all: [...given, ...lacking] };
  }).filter(({ all }) => all.length);
}

function listed(article, events) {
  const points = pointsOf(article);
  const words = (start, end) => (start === undefined || start === null ? '?' : points ? points.slice(start, end).join('') : `${start}–${end}`);
  return events.length ? make('ul', { class: 'events' }, events.map(({ label: [start, end, type], all }) => make('li', {}, bdi(words(start, end)), ' (', bdi(type), '): ',
    all.flatMap(([role, a, b, kinds, absent], k) => [k ? '; ' : '', make('span', { class: kinds.length ? (absent ? 'argument missing' : 'argument wrong') : 'argument' }, bdi(role), ' ', bdi(words(a, b)),
      kinds.length ? inWords(kinds) : null)])))) : null;
}

/** The gold event that a model's event is paired with: by its errors, else the one of the same offsets and type. */
function partner(article, column, n) {
  const pairs = once(`pairs ${article.id} ${column.model}`, () => {
    const found = new Map();
    for (const [, , of, gold = null, predicted = null] of column.marks) if (of === 't' && gold !== null && predicted !== null) found.set(predicted, gold);
    return found;
  });
  if (pairs.has(n)) return pairs.get(n);
  const [start, end, type] = column.side.events[n];
  return article.gold.events.findIndex((event) => event[0] === start && event[1] === end && event[2] === type);
}

/** Show the article; sentences beyond the first `now` are filled in after the rest of the page has had its turn. */
function showArticle(now = 6) {
  const article = articleById(reading.article);
  const columns = [-1, ...reading.models].filter((model) => model < 0 || article.models[model]).map((model) => columnOf(article, model, at('shown').value));
  const kindsIn = kindsOf(article, columns.slice(1));
  const counts = new Map();
  const list = article.sentences.map((span, n) => {
    const parts = columns.map((column) => {
      const labels = labelsIn(article, column, span);
      return { column, labels, events: at('of').value.includes('t') ? eventsOf(article, column, labels) : [] };
    });
    const kinds = kindsIn[n];
    for (const kind of kinds) counts.set(kind, (counts.get(kind) || 0) + 1);
    const sides = make('div', { class: 'sides' });
    const element = make('article', { class: 'sentence', tabindex: -1, 'data-number': n + 1, 'data-kinds': [...new Set(kinds)].join('|'), 'aria-label': `Sentence ${n + 1}` },
      make('h3', {}, make('a', { href: linkOf(article.id, n + 1, reading.models), 'aria-label': `Link to sentence ${n + 1}` }, String(n + 1))), sides);
    return { element, fill: () => sides.replaceChildren(...parts.map((part) => sideOf(article, span, part))) };
  });
  const strings = columns.flatMap((column) => (column.side.invented || []).map(([text, type]) => [column, text, type]));
  if (strings.length) {
    counts.set('invented string', strings.length);
    const items = strings.map(([column, text, type]) => make('li', {}, bdi(data.models[column.model].name), ': ', bdi(text === null ? '(not shown)' : text), ' (', bdi(type), ')', make('span', { class: 'error' }, ' invented string')));
    const element = make('article', { class: 'sentence', tabindex: -1, 'data-number': 0, 'data-kinds': 'invented string', 'aria-label': 'Strings that are not in the text' }, make('h3', {}, '+'), make('ul', { class: 'events' }, items));
    list.push({ element, fill: () => {} });
  }
  const told = article.text === null ? [make('p', { class: 'note' }, 'The source article belongs to its publisher: here are offsets and labels. `report --html FILE --with-text` shows your own copy.')] : [];
  at('text').replaceChildren(...told, ...list.map(({ element }) => element));
  listIdentities(article, columns);
  showKinds(counts);
  filter();
  fillIn(list, now);
}

/** Fill the first sentences at once, the others a few at a time, unless another article is shown meanwhile. */
function fillIn(list, now) {
  list.slice(0, now).forEach(({ fill }) => fill());
  reading.filling = list;
  const rest = list.slice(now);
  const step = () => {
    if (reading.filling !== list) return;
    rest.splice(0, 10).forEach(({ fill }) => fill());
    if (rest.length) setTimeout(step);
    else at('text').dataset.filled = reading.article;
  };
  delete at('text').dataset.filled;
  setTimeout(step);
}

function sideOf(article, span, { column, labels, events }) {
  const points = pointsOf(article);
  return make('div', { class: `side${column.model < 0 ? ' gold' : ''}` }, make('h4', {}, column.model < 0 ? 'gold' : bdi(data.models[column.model].name)),
    points ? annotated(points, span, column, labels) : bare(column, labels), listed(article, events));
}

function showKinds(counts) {
  const boxes = ERRORS.filter((kind) => counts.has(kind) || reading.kinds.has(kind)).map((kind) => make('label', { class: 'kind', title: data.articles.errors[kind] },
    make('input', { type: 'checkbox', value: kind, checked: reading.kinds.has(kind), onchange: (event) => {
      if (event.target.checked) reading.kinds.add(kind);
      else reading.kinds.delete(kind);
      filter();
    } }), ` ${kind} (${counts.get(kind) || 0})`));
  at('kinds').replaceChildren(make('legend', {}, 'Only sentences with'), ...(boxes.length ? boxes : [reading.models.length ? 'no errors here' : 'choose a model']));
}

/** Hide the sentences that have none of the chosen kinds of errors. */
function filter() {
  const sentences = [...document.querySelectorAll('.sentence')];
  for (const sentence of sentences) sentence.hidden = reading.kinds.size > 0 && !sentence.dataset.kinds.split('|').some((kind) => reading.kinds.has(kind));
  at('count').textContent = `${sentences.filter((sentence) => !sentence.hidden).length} of ${sentences.length} sentences`;
}

const linkOf = (article, sentence, models) => `#${encodeURIComponent(article)}/${sentence}/${models.map((n) => encodeURIComponent(data.models[n].name)).join(',')}`;

/** Follow a link to a sentence: #article/sentence/model,model. Gives whether it was one. */
function follow(hash) {
  let parts;
  try {
    parts = hash.slice(1).split('/').map((part, n) => (n < 2 ? decodeURIComponent(part) : part));
  } catch {
    return false;  // not ours: a stray percent sign
  }
  const [id, number, names = ''] = parts;
  if (parts.length < 2 || !articleById(id)) return false;
  reading.article = id;
  const wanted = names.split(',').map((name) => {
    try {
      return data.models.findIndex((model) => model.name === decodeURIComponent(name));
    } catch {
      return -1;
    }
  }).filter((n) => n >= 0);
  if (names) reading.models = [...new Set(wanted)].slice(0, MOST);
  reading.kinds.clear();
  showChoices();
  showArticle(Number(number) + 6 || undefined);
  const sentence = document.querySelector(`.sentence[data-number="${Number(number) || 0}"]`);
  if (sentence) {
    document.querySelectorAll('.sentence.aimed').forEach((other) => other.classList.remove('aimed'));
    sentence.classList.add('aimed');
    sentence.scrollIntoView({ block: 'center' });
    sentence.focus({ preventScroll: true });
  }
  return true;
}

function showChoices() {
  const groups = {};
  for (const article of data.articles.list) (groups[['source', 'retold'].includes(article.edition) ? `${article.edition} editions` : article.edition] ||= []).push([article.id, `${article.story}, ${article.edition}${article.text === null ? ' (labels)' : ''}`]);
  options(at('article'), groups, reading.article);
  const article = articleById(reading.article);
  at('chosen').replaceChildren(...[0, 1, 2].map((slot) => {
    const select = make('select', { 'aria-label': `Model ${slot + 1}`, onchange: (event) => {
      const chosen = [...at('chosen').querySelectorAll('select')].map((one) => Number(one.value)).filter((n) => n >= 0);
      reading.models = [...new Set(chosen)];
      showChoices();
      showArticle();
      at('chosen').querySelectorAll('select')[slot].focus();
    } });
    const pairs = data.models.map((model, n) => [n, model]).filter(([n]) => article.models[n]).map(([n, model]) => [String(n), model.name]);
    options(select, { '': [['-1', slot ? 'and …' : 'no model'], ...pairs] }, String(reading.models[slot] ?? -1));
    return select;
  }));
}
