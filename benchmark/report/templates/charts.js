// Charts: precision against recall, reliability, strata, cost. Lines differ by dashes and marks, not by colour alone.

const MARKS = [
  (x, y) => `M${x - 4},${y}a4,4 0 1,0 8,0a4,4 0 1,0 -8,0`,
  (x, y) => `M${x - 4},${y - 4}h8v8h-8z`,
  (x, y) => `M${x},${y - 5}l5,9h-10z`,
  (x, y) => `M${x},${y - 5}l5,5l-5,5l-5,-5z`,
  (x, y) => `M${x - 5},${y - 4}h10l-5,9z`,
];
const MARGIN = { left: 44, right: 22, top: 12, bottom: 40 };

const mark = (n, x, y) => draw('path', { class: `mark s${n % 8}${n >= 5 ? ' hollow' : ''}`, d: MARKS[n % MARKS.length](x, y) });

/** An empty chart with its axes; gives the svg, and where values lie in it. */
function chart(title, xTitle, yTitle, xTicks, yTicks, width = 420, height = 320) {
  const span = (ticks, low, high) => (value) => low + ((value - ticks[0][0]) / (ticks.at(-1)[0] - ticks[0][0])) * (high - low);
  const x = span(xTicks, MARGIN.left, width - MARGIN.right);
  const y = span(yTicks, height - MARGIN.bottom, MARGIN.top);
  const svg = draw('svg', { class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title });
  for (const [value, text] of xTicks) {
    svg.append(draw('line', { class: 'grid', x1: x(value), x2: x(value), y1: MARGIN.top, y2: height - MARGIN.bottom }), draw('text', { x: x(value), y: height - MARGIN.bottom + 15, 'text-anchor': 'middle' }, text));
  }
  for (const [value, text] of yTicks) {
    svg.append(draw('line', { class: 'grid', x1: MARGIN.left, x2: width - MARGIN.right, y1: y(value), y2: y(value) }), draw('text', { x: MARGIN.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, text));
  }
  svg.append(draw('text', { x: (MARGIN.left + width - MARGIN.right) / 2, y: height - 5, 'text-anchor': 'middle' }, xTitle),
    draw('text', { x: 12, y: (MARGIN.top + height - MARGIN.bottom) / 2, 'text-anchor': 'middle', transform: `rotate(-90 12 ${(MARGIN.top + height - MARGIN.bottom) / 2})` }, yTitle));
  return { svg, x, y };
}

const SHARES = [0, 0.25, 0.5, 0.75, 1].map((value) => [value, String(100 * value)]);

const path = (points) => points.map(([x, y], n) => `${n ? 'L' : 'M'}${x.toFixed(1)},${y.toFixed(1)}`).join('');

/** What the marks of a chart stand for, as [number, text]. */
function keyOf(rows) {
  return make('ul', { class: 'key' }, rows.map(([n, text]) => make('li', {}, draw('svg', { width: 30, height: 14, 'aria-hidden': 'true' }, draw('line', { class: `line s${n % 8} d${n % 4}`, x1: 1, x2: 29, y1: 7, y2: 7 }), mark(n, 15, 7)), ' ', bdi(text))));
}

const figure = (title, ...parts) => make('figure', {}, make('figcaption', {}, title), ...parts);

function confidence() {
  const task = at('confidence-task').value;
  const able = data.models.map((model, n) => n).filter((n) => data.confidence[task][n]);
  if (!able.length) {
    at('confidence-charts').replaceChildren(make('p', {}, 'No model tells how sure it is of these.'));
    at('confidence-table').replaceChildren();
    return;
  }
  const curves = chart('Precision against recall', 'recall', 'precision', SHARES, SHARES);
  const bins = chart('Share of right predictions against confidence', 'confidence', 'share that is right', SHARES, SHARES);
  bins.svg.append(draw('line', { class: 'axis', x1: bins.x(0), y1: bins.y(0), x2: bins.x(1), y2: bins.y(1) }));
  const rows = [];
  able.forEach((model, n) => {
    const found = data.confidence[task][model][state.edition];
    const curve = found.curve.map(([, precision, recall]) => [curves.x(recall), curves.y(precision)]);
    curves.svg.append(draw('path', { class: `line s${n % 8} d${n % 4}`, d: path(curve) }));
    if (curve.length) curves.svg.append(mark(n, ...curve.at(-1)));
    const points = found.bins.map((bin) => [bins.x(bin.confidence), bins.y(bin.accuracy)]);
    bins.svg.append(draw('path', { class: `line s${n % 8} d${n % 4}`, d: path(points) }), ...points.map((point) => mark(n, ...point)));
    rows.push(make('tr', {}, make('th', { scope: 'row' }, bdi(data.models[model].name)),
      [percent(found.average_precision), found.best ? `${percent(found.best.f1)} from ${found.best.threshold} up` : 'n/a', percent(found.ece), String(found.predictions), String(found.unscored)].map((text) => make('td', {}, text))));
  });
  const key = () => keyOf(able.map((model, n) => [n, data.models[model].name]));
  at('confidence-charts').replaceChildren(
    figure('Precision against recall as the least confidence falls; the mark is where all is taken', curves.svg, key()),
    figure('Reliability: on the diagonal a confidence of 70 is right 70 times in 100', bins.svg, key()));
  const titles = ['Model', 'Average precision', 'Best F1', 'Calibration error (ECE)', 'Predictions', 'Without confidence'];
  const caption = `Models with confidences (strict, ${editionName(state.edition)}; percent; ten bins)`;
  at('confidence-table').replaceChildren(scrolling('Confidences', make('table', {}, captioned(caption),
    make('thead', {}, make('tr', {}, titles.map((title) => make('th', { scope: 'col' }, title)))), make('tbody', {}, rows))));
}

function strataChart() {
  const kind = at('strata-kind').value;
  const view = data.views[kind];
  if (!view) return at('strata').setAttribute('hidden', '');
  const models = data.models.map((model, n) => n).filter((n) => view.models[n]);
  const found = models.map((model) => typeFigures(view, model, state.edition));
  const shown = view.types.map((type, k) => k).filter((k) => found.some((row) => row[k].gold || row[k].predicted));
  models.sort((a, b) => overall(view, b, state.edition)[state.figure] - overall(view, a, state.edition)[state.figure]);
  const height = 52 + 24 * models.length;
  const board = chart(`${FIGURES[state.figure]} by stratum`, `${FIGURES[state.figure]} in percent`, '', SHARES, [[0, ''], [1, '']], 560, height);
  const left = 150;
  const x = (share) => left + share * (560 - left - MARGIN.right);
  const svg = draw('svg', { class: 'chart wide', viewBox: `0 0 560 ${height}`, role: 'img', 'aria-label': board.svg.getAttribute('aria-label') });
  for (const [value, text] of SHARES) svg.append(draw('line', { class: 'grid', x1: x(value), x2: x(value), y1: 6, y2: height - 40 }), draw('text', { x: x(value), y: height - 25, 'text-anchor': 'middle' }, text));
  svg.append(draw('text', { x: x(0.5), y: height - 6, 'text-anchor': 'middle' }, `${FIGURES[state.figure]} in percent`));
  const body = [];
  models.forEach((model, row) => {
    const y = 20 + 24 * row;
    const figuresOf = typeFigures(view, model, state.edition);
    const there = shown.filter((k) => !figuresOf[k].lacking[state.figure]);
    const places = there.map((k) => x(figuresOf[k][state.figure]));
    svg.append(draw('text', { x: left - 8, y: y + 4, 'text-anchor': 'end' }, cut(data.models[model].name, 20)));
    if (places.length) svg.append(draw('line', { class: 'axis', x1: Math.min(...places), x2: Math.max(...places), y1: y, y2: y }));
    there.forEach((k, n) => svg.append(mark(shown.indexOf(k), places[n], y)));
    body.push(make('tr', {}, make('th', { scope: 'row' }, bdi(data.models[model].name)), shown.map((k) => {
      const one = figuresOf[k];
      return make('td', { class: one.lacking[state.figure] ? undefined : heat(one[state.figure]) }, one.lacking[state.figure] ? '–' : percent(one[state.figure]));
    })));
  });
  const gold = shown.map((k) => (found[0] ? found[0][k].gold : 0));
  at('strata-charts').replaceChildren(figure(`${FIGURES[state.figure]} by stratum`, scrolling('Chart of strata', svg), keyOf(shown.map((k, n) => [n, view.types[k]]))));
  const header = [make('th', { scope: 'col' }, 'Model'), ...shown.map((k, n) => make('th', { scope: 'col' }, bdi(view.types[k]), ` (${gold[n]} gold)`))];
  const caption = `${FIGURES[state.figure]} in percent, strict; ${editionName(state.edition)}`;
  at('strata-table').replaceChildren(scrolling('Figures by stratum', make('table', { class: 'matrix' }, captioned(caption), make('thead', {}, make('tr', {}, header)), make('tbody', {}, body))));
}

/** Text of at most so many characters, for charts, whose labels cannot wrap. */
const cut = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join('')}…` : text);

function cost() {
  const kind = at('cost-kind').value;
  const titles = { speed: 'words a second', seconds: 'seconds for 1,000 words', cost: 'USD for 1,000 words' };
  const { rows } = ranking();
  const able = rows.map((row) => ({ ...row, spent: costs(row.model, state.edition)[kind] })).filter((row) => row.spent > 0);
  if (!able.length) {
    at('cost-charts').replaceChildren(make('p', {}, `No run tells ${titles[kind]}.`));
    return;
  }
  const logs = able.map((row) => Math.log10(row.spent));
  const ticks = [];
  for (let power = Math.floor(Math.min(...logs)); power <= Math.ceil(Math.max(...logs)); power++) ticks.push([power, power < 0 ? String(Number((10 ** power).toPrecision(1))) : short(10 ** power)]);
  if (ticks.length < 2) ticks.push([ticks[0][0] + 1, short(10 ** (ticks[0][0] + 1))]);
  const board = chart(`${FIGURES[state.figure]} against ${titles[kind]}`, `${titles[kind]} (logarithmic)`, FIGURES[state.figure], ticks, SHARES, 640, 380);
  const spots = able.map((row) => [board.x(Math.log10(row.spent)), board.y(row[state.figure])]);
  const taken = spots.map(([x, y]) => [x - 6, y - 6, x + 6, y + 6]);
  able.forEach((row, n) => {
    const [x, y] = spots[n];
    if (row.interval) board.svg.append(draw('line', { class: `line s${n % 8}`, x1: x, x2: x, y1: board.y(row.interval[0]), y2: board.y(row.interval[1]) }));
    const text = cut(data.models[row.model].name, 22);
    const [left, top, anchor] = placed(x, y, 7 * [...text].length, taken);
    taken.push([left, top, left + 7 * [...text].length, top + 13]);
    board.svg.append(mark(n, x, y), draw('text', { x: anchor === 'start' ? left : left + 7 * [...text].length, y: top + 11, 'text-anchor': anchor }, text));
  });
  at('cost-charts').replaceChildren(figure(`${FIGURES[state.figure]} against ${titles[kind]}: ${metricName()}; ${editionName(state.edition)}`, scrolling('Chart of cost', board.svg)));
}

/** Where a label of some width beside a mark covers nothing that is there: left, top and the end it is tied to. */
function placed(x, y, width, taken) {
  const places = [0, 14, -14, 28, -28, 42].flatMap((down) => [[x + 9, y - 7 + down, 'start'], [x - 9 - width, y - 7 + down, 'end']]);
  const free = ([left, top]) => left > MARGIN.left && left + width < 640 && top > 0
    && !taken.some(([a, b, c, d]) => left < c && left + width > a && top < d && top + 13 > b);
  return places.find(free) || places[0];
}
