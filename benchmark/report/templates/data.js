// The data of the page, and the figures that are sums of its counts.

const data = JSON.parse(document.getElementById('data').textContent);
const state = { metric: '', figure: 'f1', edition: data.editions[0], scheme: data.scheme, level: data.usual_levels };
const FIGURES = { f1: 'F1', precision: 'precision', recall: 'recall' };

const isMention = (metric) => metric.startsWith('mentions.');
const byName = (name) => data.metrics.find((metric) => metric.name === name);

/** The view that is shown: its counts by document and type, and by paragraph. */
function currentView() {
  return data.views[isMention(state.metric) ? `${state.metric} ${state.scheme} ${state.level}` : state.metric];
}

/** Whether intervals and tests of the view came with the page, as `compare` gives them. */
function told() {
  const usual = !isMention(state.metric) || (state.scheme === data.scheme && state.level === data.usual_levels);
  return usual && state.figure === 'f1' ? (data.sure[state.edition] || {})[state.metric] : undefined;
}

/** Numbers of the documents of an edition. */
function documentsOf(edition) {
  return data.documents.map((document, n) => n).filter((n) => edition === 'all' || data.documents[n].edition === edition);
}

/** Precision, recall and F1 of gold labels, predictions, and doubled hits on either side; 0/0 is 0, and `undefined` names it. */
function figures(gold, predicted, hitsGold, hitsPredicted) {
  const precision = predicted ? hitsPredicted / 2 / predicted : 0;
  const recall = gold ? hitsGold / 2 / gold : 0;
  const f1 = precision + recall ? (2 * precision * recall) / (precision + recall) : 0;
  const lacking = { precision: !predicted, recall: !gold, f1: !predicted && !gold };
  const [tp, fp, fn] = [hitsPredicted / 2, predicted - hitsPredicted / 2, gold - hitsGold / 2];
  return { gold, predicted, tp, fp, fn, precision, recall, f1, lacking };
}

/** Sums over documents of one model's counts, for each type of a view; null where the model has no place in it. */
function typeFigures(view, model, edition) {
  const part = view.models[model];
  if (!part) return null;
  const { n, g, p = g } = part.t;
  return view.types.map((type, k) => {
    const sums = [0, 0, 0, 0];
    for (const document of documentsOf(edition)) {
      const at = document * view.types.length + k;
      sums[0] += view.gold.t[at];
      sums[1] += n[at];
      sums[2] += g[at];
      sums[3] += p[at];
    }
    return figures(...sums);
  });
}

/** The figures of all types of a view together (micro). */
function overall(view, model, edition) {
  const types = typeFigures(view, model, edition);
  if (!types) return null;
  const sum = (name) => types.reduce((total, row) => total + row[name], 0);
  const gold = sum('gold');
  const predicted = sum('predicted');
  return figures(gold, predicted, 2 * (gold - sum('fn')), 2 * sum('tp'));
}

/** Words, seconds and price of a model on the documents of an edition that it answered for. */
function costs(model, edition) {
  const found = { words: 0, seconds: 0, priced: 0, cost: 0 };
  for (const n of documentsOf(edition)) {
    const { seconds, cost } = data.models[model];
    if (seconds[n]) {
      found.words += data.documents[n].words;
      found.seconds += seconds[n];
    }
    if (cost[n] !== null) {
      found.priced += data.documents[n].words;
      found.cost += cost[n];
    }
  }
  return {
    speed: found.seconds && found.words ? found.words / found.seconds : null,
    seconds: found.words ? (1000 * found.seconds) / found.words : null,
    cost: found.priced ? (1000 * found.cost) / found.priced : null,
  };
}

const percent = (value) => (100 * value).toFixed(1);

/** A number in few characters: 950, 4.4k, 1.5M. */
function short(number) {
  for (const [unit, size] of [['M', 1e6], ['k', 1e3]]) {
    if (number >= size) return (number / size).toFixed(number < 100 * size && number % size ? 1 : 0) + unit;
  }
  return number >= 10 ? number.toFixed(0) : String(Number(number.toPrecision(2)));
}
