// Tables: the leaderboard, who is told from whom, types, confusion.

const sorting = { key: 'rank', down: false };

const COLUMNS = [
  ['rank', 'Rank', (row) => row.rank, (row) => `${row.rank}${row.tied ? '=' : ''}`],
  ['name', 'Model', (row) => data.models[row.model].name, null],
  ['f1', 'F1', (row) => row.f1, (row) => (row.lacking.f1 ? '–' : percent(row.f1))],
  ['interval', '95 %', (row) => (row.interval ? row.interval[0] : -1), null],
  ['precision', 'Precision', (row) => row.precision, (row) => (row.lacking.precision ? '–' : percent(row.precision))],
  ['recall', 'Recall', (row) => row.recall, (row) => (row.lacking.recall ? '–' : percent(row.recall))],
  ['tp', 'Right', (row) => row.tp, (row) => String(row.tp)],
  ['fp', 'Spurious', (row) => row.fp, (row) => String(row.fp)],
  ['fn', 'Missed', (row) => row.fn, (row) => String(row.fn)],
  ['speed', 'Words/s', (row) => costs(row.model, state.edition).speed ?? -1, (row) => {
    const { speed } = costs(row.model, state.edition);
    return speed === null ? 'n/a' : short(speed);
  }],
];

function leaderboard() {
  const { rows, known } = ranking();
  const column = COLUMNS.find(([key]) => key === sorting.key);
  const sorted = [...rows].sort((a, b) => {
    const [x, y] = [column[2](a), column[2](b)];
    return (typeof x === 'string' ? x.localeCompare(y) : x - y) * (sorting.down ? -1 : 1);
  });
  const best = Math.max(...rows.map((row) => row[state.figure]));
  const header = COLUMNS.map(([key, title]) => {
    const on = key === sorting.key;
    const sort = on ? (sorting.down ? 'descending' : 'ascending') : undefined;
    return make('th', { scope: 'col', 'aria-sort': sort, class: key },
      make('button', { type: 'button', class: 'sort', onclick: () => sortBy(key), 'data-key': key }, title, make('span', { 'aria-hidden': 'true', class: 'arrow' }, on ? (sorting.down ? '▼' : '▲') : '')));
  });
  const body = sorted.map((row) => make('tr', {}, COLUMNS.map(([key, , , shown]) => {
    if (key === 'name') return make('th', { scope: 'row' }, modelCell(row.model));
    if (key === 'interval') return make('td', { class: 'interval' }, intervalDrawn(row[state.figure], row.interval), ' ', row.interval ? `${percent(row.interval[0])}–${percent(row.interval[1])}` : 'n/a');
    return make('td', { class: key === state.figure && row[key] === best && best > 0 ? 'best' : undefined }, shown(row));
  })));
  const without = data.models.filter((model, n) => !currentView().models[n]);
  for (const model of without) {
    body.push(make('tr', { class: 'without' }, make('td', {}, 'n/a'), make('th', { scope: 'row' }, modelCell(data.models.indexOf(model))),
      make('td', { colspan: COLUMNS.length - 2 }, 'does not produce this, or has other labels')));
  }
  const caption = `${metricName()}; ${editionName(state.edition)}; percent, ${FIGURES[state.figure]} with its 95 % interval`;
  const table = make('table', { class: 'sortable' }, captioned(caption), make('thead', {}, make('tr', {}, header)), make('tbody', {}, body));
  at('leaderboard-table').replaceChildren(scrolling('Leaderboard', table));
  const usual = `BCa bootstrap of ${data.resamples.toLocaleString('en')} resamples, as in the terminal`;
  const drawnHere = `percentile bootstrap of ${DRAWS.toLocaleString('en')} resamples, drawn by this page for this view`;
  const tests = known ? `${data.resamples.toLocaleString('en')} permutations` : `${PERMUTATIONS.toLocaleString('en')} permutations, drawn by this page for this view`;
  at('how').textContent = `Equal ranks (=) are not told apart by a paired test. Intervals: ${known ? usual : drawnHere}. Tests: ${tests}.`;
  verdict(rows);
}

function modelCell(n) {
  const model = data.models[n];
  const fared = Object.entries(model.outcomes).filter(([name]) => name !== 'ok').map(([name, number]) => `${number} ${name}`);
  const saw = make('details', { class: 'saw' }, make('summary', {}, bdi(`saw ${model.saw.join('; ') || '(not said)'}`)));
  const link = make('a', { class: 'sentences', href: linkOf(data.articles.list[0].id, 1, [n]), 'aria-label': `sentences of ${model.name}` }, 'sentences');
  return [bdi(model.name), ' ', link, fared.length ? make('span', { class: 'error' }, ` ${fared.join(', ')}`) : null, saw];
}

function sortBy(key) {
  const names = ['rank', 'name', 'fp', 'fn'];
  sorting.down = sorting.key === key ? !sorting.down : !names.includes(key);
  sorting.key = key;
  leaderboard();
  document.querySelector(`button.sort[data-key="${key}"]`).focus();
}

/** Who leads, in a sentence. */
function verdict(rows) {
  const figure = FIGURES[state.figure];
  const nameOf = (row) => [bdi(data.models[row.model].name), ` (${percent(row[state.figure])})`];
  const first = rows.filter((row) => row.rank === 1);
  const second = rows.find((row) => row.rank > 1);
  const next = rows.filter((row) => second && row.rank === second.rank);
  if (!rows.length || !rows[0][state.figure]) {
    at('verdict').replaceChildren('No model finds any of this.');
    return;
  }
  const listed = (group) => group.flatMap((row, n) => [n ? (n === group.length - 1 ? ' and ' : ', ') : '', ...nameOf(row)]);
  const tied = first.length > 1 ? ` share the lead in ${figure}: a paired test does not tell them apart.` : ` leads in ${figure}.`;
  const rest = next.length ? [' Behind, and told apart from the first: ', ...listed(next), '.'] : [];
  at('verdict').replaceChildren(...listed(first), tied, ...rest);
}

function significance() {
  const { rows, p } = ranking();
  const header = rows.map((row) => make('th', { scope: 'col' }, bdi(data.models[row.model].name)));
  const body = rows.map((one) => make('tr', {}, make('th', { scope: 'row' }, bdi(data.models[one.model].name)), rows.map((other) => {
    if (one === other) return make('td', { class: 'self' }, '·');
    const difference = 100 * (one[state.figure] - other[state.figure]);
    const corrected = p.get(`${one.model} ${other.model}`);
    const sure = corrected < data.level;
    return make('td', { class: sure ? (difference > 0 ? 'better' : 'worse') : 'same' },
      make(sure ? 'b' : 'span', {}, `${difference > 0 ? '+' : difference < 0 ? '−' : '±'}${Math.abs(difference).toFixed(1)}`),
      make('span', { class: 'p' }, corrected < 0.001 ? 'p < 0.001' : `p = ${corrected.toFixed(3)}`));
  })));
  const caption = `Differences in ${FIGURES[state.figure]}: ${metricName()}; ${editionName(state.edition)}`;
  const table = make('table', { class: 'matrix' }, captioned(caption), make('thead', {}, make('tr', {}, make('td', {}), header)), make('tbody', {}, body));
  at('significance-table').replaceChildren(scrolling('Differences between models', table));
}

function types() {
  const view = currentView();
  const { rows } = ranking();
  const columns = rows.map((row) => typeFigures(view, row.model, state.edition));
  const first = columns[0] || [];
  const order = view.types.map((type, k) => k).filter((k) => columns.some((column) => column[k].gold || column[k].predicted)).sort((a, b) => first[b].gold - first[a].gold);
  const header = [make('th', { scope: 'col' }, 'Type'), make('th', { scope: 'col' }, 'Gold'), ...rows.map((row) => make('th', { scope: 'col' }, bdi(data.models[row.model].name)))];
  const body = order.map((k) => make('tr', {}, make('th', { scope: 'row' }, bdi(view.types[k])), make('td', {}, String(first[k].gold)), columns.map((column) => {
    const found = column[k];
    return found.lacking[state.figure] ? make('td', {}, '–') : make('td', { class: heat(found[state.figure]) }, percent(found[state.figure]));
  })));
  const caption = `${FIGURES[state.figure]} by type in percent: ${metricName()}; ${editionName(state.edition)}`;
  const table = make('table', { class: 'matrix' }, captioned(caption), make('thead', {}, make('tr', {}, header)), make('tbody', {}, body));
  at('types-table').replaceChildren(scrolling('Figures by type', table));
}

function confusion() {
  const sum = new Map();
  const model = Number(at('confusion-model').value);
  for (const [edition, table] of Object.entries(data.confusion[model])) {
    if (state.edition !== 'all' && state.edition !== edition) continue;
    for (const [gold, row] of Object.entries(table)) {
      for (const [predicted, number] of Object.entries(row)) sum.set(`${gold}\n${predicted}`, (sum.get(`${gold}\n${predicted}`) || 0) + number);
    }
  }
  const names = [...new Set([...sum.keys()].flatMap((key) => key.split('\n')))].filter((name) => name !== 'missed' && name !== 'spurious').sort();
  const rowNames = [...names, 'spurious'];
  const columnNames = [...names, 'missed'];
  const body = rowNames.map((gold) => {
    const total = columnNames.reduce((all, predicted) => all + (sum.get(`${gold}\n${predicted}`) || 0), 0);
    return make('tr', {}, make('th', { scope: 'row' }, bdi(gold)), columnNames.map((predicted) => {
      const number = sum.get(`${gold}\n${predicted}`) || 0;
      return make('td', { class: `${heat(total ? number / total : 0)}${gold === predicted ? ' diagonal' : ''}` }, number ? String(number) : '');
    }));
  });
  const header = [make('th', { scope: 'col' }, 'gold ↓ taken for →'), ...columnNames.map((name) => make('th', { scope: 'col' }, bdi(name)))];
  const caption = `Mentions that overlap, by type (names and values; ${editionName(state.edition)}); shade: share of the row`;
  const table = make('table', { class: 'matrix' }, captioned(caption), make('thead', {}, make('tr', {}, header)), make('tbody', {}, body));
  at('confusion-table').replaceChildren(scrolling('Confusion of types', table));
}

const editionName = (edition) => (edition === 'all' ? 'source and retold editions' : `${edition} editions`);

/** What is counted, in words: task, what must agree and, of mentions, which labels. */
function metricName() {
  const { task, definition } = byName(state.metric);
  if (!isMention(state.metric)) return `${task}, right by ${definition}`;
  const scheme = state.scheme === 'gold' ? '' : `, on the labels of ${state.scheme}`;
  return `mentions (${data.levels[state.level]}${scheme}), ${definition}`;
}
