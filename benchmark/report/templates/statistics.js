// Intervals and tests of the views whose own did not come with the page. They are the simpler kin of those that `compare` gives:
// a percentile bootstrap and a paired permutation test over paragraphs, with fewer draws, from a fixed seed.

const DRAWS = 1000;
const PERMUTATIONS = 2000;
const BASE = 2 ** 26;
const BLOCK = 8;  // paragraphs whose choices are summed beforehand
const cache = new Map();

const once = (key, make) => {
  if (!cache.has(key)) cache.set(key, make());
  return cache.get(key);
};

/** A generator of numbers in [0, 1) from a seed (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The paragraphs of an edition, in lists by document. */
const strata = (edition) => once(`strata ${edition}`, () => documentsOf(edition).map((document) => (
  data.units.map((of, n) => n).filter((n) => data.units[n] === document))));

/** Resamples: for each draw the numbers of the paragraphs drawn, within each document as many as it has (or documents, where they have one). */
const drawn = (edition) => once(`drawn ${edition}`, () => {
  const random = generator(1);
  const documents = strata(edition);
  const groups = documents.every((units) => units.length === 1) ? [documents.flat()] : documents;
  const size = groups.flat().length;
  const found = new Uint16Array(DRAWS * size);
  for (let draw = 0, at = 0; draw < DRAWS; draw++) {
    for (const units of groups) for (let n = 0; n < units.length; n++) found[at++] = units[Math.floor(random() * units.length)];
  }
  return { found, size };
});

/** Permutations: for each, and each block of eight paragraphs, a byte whose bits tell which of them change sides. */
const swapped = (edition) => once(`swapped ${edition}`, () => {
  const random = generator(2);
  const blocks = Math.ceil(strata(edition).flat().length / BLOCK);
  return { blocks, bytes: Uint8Array.from({ length: PERMUTATIONS * blocks }, () => 256 * random()) };
});

/**
 * The counts of some models, one row a paragraph: gold labels, then of each model predictions and doubled hits, two numbers in one
 * (the second times BASE, so that one addition adds both), and the hits among predictions by themselves where they differ.
 */
function rowsOf(view, models) {
  const parts = models.map((model) => view.models[model].u);
  const step = parts.some(({ p }) => p) ? 3 : 2;
  const columns = [view.gold.u, ...parts.flatMap(({ n, g, p = g }) => {
    const both = n.map((number, unit) => number + BASE * g[unit]);
    return step === 3 ? [both, p] : [both];
  })];
  const width = columns.length;
  const cells = new Float64Array(view.gold.u.length * width);
  columns.forEach((column, k) => column.forEach((number, unit) => { cells[unit * width + k] = number; }));
  return { step, width, cells, numbers: new Float64Array(1 + step * models.length) };
}

/** Add the row that begins at a place to sums of rows. */
function add(sums, cells, place) {
  for (let k = 0; k < sums.length; k++) sums[k] += cells[place + k];
}

/** The numbers in sums of rows: gold labels, then `step` of each model. */
function unpacked({ step, width, numbers }, sums) {
  numbers[0] = sums[0];
  for (let k = 1, n = 1; k < width; k += step - 1, n += step) {
    numbers[n] = sums[k] % BASE;
    numbers[n + 1] = Math.floor(sums[k] / BASE);
    if (step === 3) numbers[n + 2] = sums[k + 1];
  }
  return numbers;
}

/** A figure of gold labels, predictions and doubled hits on either side; NaN where it is 0/0. */
function value(figure, gold, predicted, hitsGold, hitsPredicted) {
  const precision = predicted ? hitsPredicted / 2 / predicted : 0;
  const recall = gold ? hitsGold / 2 / gold : 0;
  if (figure === 'precision') return predicted ? precision : NaN;
  if (figure === 'recall') return gold ? recall : NaN;
  return gold || predicted ? (precision + recall ? (2 * precision * recall) / (precision + recall) : 0) : NaN;
}

/** 95 % percentile intervals of a figure of some models; null where it is undefined. */
function intervals(view, models, edition, figure) {
  const { found, size } = drawn(edition);
  const rows = rowsOf(view, models);
  const values = models.map(() => []);
  const sums = new Float64Array(rows.width);
  for (let draw = 0; size > 1 && draw < DRAWS; draw++) {
    sums.fill(0);
    for (let place = draw * size; place < (draw + 1) * size; place++) add(sums, rows.cells, found[place] * rows.width);
    const numbers = unpacked(rows, sums);
    for (let n = 0; n < models.length; n++) {
      const first = 1 + rows.step * n;
      const one = value(figure, numbers[0], numbers[first], numbers[first + 1], numbers[first + rows.step - 1]);
      if (!Number.isNaN(one)) values[n].push(one);
    }
  }
  return values.map((list) => {
    const sorted = Float64Array.from(list).sort();
    const quantile = (q) => {
      const place = q * (sorted.length - 1);
      const low = Math.floor(place);
      return sorted[low] + (place - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
    };
    return sorted.length ? [quantile(0.025), quantile(0.975)] : null;
  });
}

/** For each block of eight paragraphs the sums of all choices among them, so that a permutation adds a row a block. */
function blockSums({ cells, width }, units) {
  const found = new Float64Array(Math.ceil(units.length / BLOCK) * 256 * width);
  for (let low = 0, block = 0; low < units.length; low += BLOCK, block += 256 * width) {
    for (let choice = 1; choice < 256; choice++) {
      const less = block + (choice & (choice - 1)) * width;  // the same choice less its lowest paragraph
      const unit = units[low + 31 - Math.clz32(choice & -choice)];
      for (let k = 0; k < width; k++) found[block + choice * width + k] = found[less + k] + (unit === undefined ? 0 : cells[unit * width + k]);
    }
  }
  return found;
}

/** P values of all pairs of some models, in the order (0, 1), (0, 2) … */
function permutationTest(view, models, edition, figure) {
  const rows = rowsOf(view, models);
  const { step, width } = rows;
  const units = strata(edition).flat();
  const sums = new Float64Array(width);
  units.forEach((unit) => add(sums, rows.cells, unit * width));
  const totals = unpacked(rows, sums).slice();
  const moved = rows.numbers.fill(0);
  const exchanged = (one, other, k) => totals[one + k] - moved[one + k] + moved[other + k];
  /** The figure of one model with what changed sides taken from another; told by their first columns. */
  const figureWith = (one, other) => value(figure, totals[0], exchanged(one, other, 0), exchanged(one, other, 1), exchanged(one, other, step - 1)) || 0;
  const pairs = [];
  for (let a = 1; a < totals.length; a += step) for (let b = a + step; b < totals.length; b += step) pairs.push([a, b]);
  const least = pairs.map(([a, b]) => Math.abs(figureWith(a, a) - figureWith(b, b)) - 1e-12);
  const extremes = new Int32Array(pairs.length);
  const choices = blockSums(rows, units);
  const { blocks, bytes } = swapped(edition);
  for (let n = 0; n < PERMUTATIONS; n++) {
    sums.fill(0);
    for (let block = 0; block < blocks; block++) add(sums, choices, (256 * block + bytes[n * blocks + block]) * width);
    unpacked(rows, sums);  // into `moved`
    for (let pair = 0; pair < pairs.length; pair++) {
      const [a, b] = pairs[pair];
      if (Math.abs(figureWith(a, b) - figureWith(b, a)) >= least[pair]) extremes[pair]++;
    }
  }
  return [...extremes].map((number) => (1 + number) / (1 + PERMUTATIONS));
}

/** P values corrected by Holm's step-down method. */
function holm(values) {
  const order = values.map((p, n) => n).sort((a, b) => values[a] - values[b] || a - b);
  const found = new Array(values.length);
  let largest = 0;
  order.forEach((n, place) => {
    largest = Math.max(largest, Math.min(1, values[n] * (values.length - place)));
    found[n] = largest;
  });
  return found;
}

/** The ranking of the current view: models best first with figures, interval and rank, and the p values of their pairs. */
function ranking() {
  const { metric, figure, edition, scheme, level } = state;
  return once(`ranking ${metric} ${figure} ${edition} ${isMention(metric) ? `${scheme} ${level}` : ''}`, () => {
    const view = currentView();
    const known = told();
    const models = data.models.map((model, n) => n).filter((n) => view.models[n]);
    const ends = known ? known.f1 : intervals(view, models, edition, figure);
    const rows = models.map((model, place) => {
      const found = overall(view, model, edition);
      return { model, ...found, interval: found.lacking[figure] ? null : ends[place] };
    });
    const corrected = known ? known.holm : holm(permutationTest(view, models, edition, figure));
    const p = new Map();
    let at = 0;
    for (let a = 0; a < models.length; a++) {
      for (let b = a + 1; b < models.length; b++, at++) p.set(`${models[a]} ${models[b]}`, corrected[at]).set(`${models[b]} ${models[a]}`, corrected[at]);
    }
    rows.sort((a, b) => b[figure] - a[figure]);
    let best = null;
    rows.forEach((row, place) => {  // who shares a rank is not told apart from the one that opened it
      if (!best || p.get(`${best.model} ${row.model}`) < data.level) {
        best = row;
        row.rank = place + 1;
      } else row.rank = best.rank;
    });
    rows.forEach((row) => { row.tied = rows.filter((other) => other.rank === row.rank).length > 1; });
    return { rows, p, known: Boolean(known) };
  });
}
