// The switches: what is chosen is shown at once.

function refresh() {
  const mentions = isMention(state.metric);
  for (const name of ['scheme', 'level']) at(name).disabled = !mentions;
  leaderboard();
  significance();
  types();
  confusion();
  confidence();
  strataChart();
  cost();
}

function timed(action) {
  const start = performance.now();
  action();
  document.documentElement.dataset.milliseconds = (performance.now() - start).toFixed(1);  // for tests of speed
}

function fillSwitches() {
  const groups = {};
  for (const { name, task, definition } of data.metrics) (groups[task] ||= []).push([name, `${name.slice(name.indexOf('.') + 1)}: ${definition}`]);
  state.metric = (data.metrics.find((metric) => metric.headline) || data.metrics[0]).name;
  options(at('metric'), groups, state.metric);
  options(at('edition'), { '': data.editions.map((edition) => [edition, edition === 'all' ? 'both' : edition]) }, state.edition);
  options(at('scheme'), { '': Object.keys(data.schemes).map((name) => [name, name]) }, state.scheme);
  options(at('level'), { '': Object.entries(data.levels) }, state.level);
  for (const name of ['metric', 'figure', 'edition', 'scheme', 'level']) {
    at(name).addEventListener('change', (event) => timed(() => {
      state[name] = event.target.value;
      refresh();
    }));
  }
  options(at('confusion-model'), { '': data.models.map((model, n) => [String(n), model.name]) }, String(usual()[0] ?? 0));
  at('confusion-model').addEventListener('change', () => timed(confusion));
  at('confidence-task').addEventListener('change', () => timed(confidence));
  const strataNames = Object.keys(data.views).filter((name) => name.startsWith('strata.'));
  const kinds = {};
  for (const name of strataNames.sort((a, b) => b.endsWith('surface') - a.endsWith('surface'))) {
    const [, of, kind] = name.split('.');
    if (kind !== 'type' && kind !== 'edition') (kinds[of === 'mentions' ? 'names and values' : of] ||= []).push([name, kind === 'surface' ? 'words seen or unseen in the labels of the other stories' : kind]);
  }
  options(at('strata-kind'), kinds, 'strata.mentions.surface');
  at('strata-kind').addEventListener('change', () => timed(strataChart));
  const priced = data.models.some((model, n) => costs(n, state.edition).cost > 0);
  options(at('cost-kind'), { '': [['speed', 'words a second'], ['seconds', 'seconds for 1,000 words'], ...(priced ? [['cost', 'USD for 1,000 words']] : [])] }, 'speed');
  at('cost-kind').addEventListener('change', () => timed(cost));
}

/** The two best models that did not see the labels of the articles themselves, for a first look. */
function usual() {
  const rows = ranking().rows.map((row) => row.model);
  const blind = rows.filter((n) => !data.models[n].saw.some((text) => text.startsWith('the articles themselves')));
  return blind.slice(0, 2);
}

function fillBrowser() {
  reading.article = data.articles.list[0].id;
  reading.models = usual();
  showChoices();
  at('article').addEventListener('change', (event) => timed(() => {
    reading.article = event.target.value;
    showChoices();
    showArticle();
  }));
  for (const name of ['of', 'shown']) at(name).addEventListener('change', () => timed(() => showArticle()));
  at('text').addEventListener('click', (event) => {
    const label = event.target.closest('[data-identity]');
    if (label) showIdentity(label.classList.contains('same') ? '' : label.dataset.identity);
  });
  at('identity').addEventListener('change', (event) => showIdentity(event.target.value));
  at('legend').replaceChildren(
    make('span', { class: 'label mention' }, 'words', make('span', { class: 'tag' }, 'TYPE·1')), ' an entity and the number of its identity (choose it, or above, to see all of them); ',
    make('span', { class: 'label trigger' }, 'word', make('span', { class: 'tag' }, 'Type, Realis·e1')), ' a trigger; ',
    make('span', { class: 'label mention wrong' }, 'words', make('span', { class: 'tag' }, 'TYPE ', make('span', { class: 'error' }, 'spurious'))), ' wrong; ',
    make('span', { class: 'label mention missing' }, 'words', make('span', { class: 'tag' }, 'TYPE ', make('span', { class: 'error' }, 'missed'))), ' in gold and not found.');
}

function fillTheme() {
  const root = document.documentElement;
  let kept = '';
  try {
    kept = localStorage.getItem('theme') || '';
  } catch { /* no storage: the choice lasts as long as the page */ }
  const choose = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  at('theme').value = kept;
  choose(at('theme').value);
  at('theme').addEventListener('change', (event) => {
    choose(event.target.value);
    try {
      localStorage.setItem('theme', event.target.value);
    } catch { /* as above */ }
  });
}

fillTheme();
fillSwitches();
at('switches').hidden = false;
at('main').hidden = false;
refresh();
fillBrowser();
if (!follow(location.hash)) {
  showArticle();
  const part = location.hash.length > 1 && at(location.hash.slice(1));
  if (part) part.scrollIntoView();  // it was hidden when the browser looked for it
}
window.addEventListener('hashchange', () => follow(location.hash));
setTimeout(() => data.editions.forEach((edition) => [drawn, swapped].forEach((make) => make(edition))));  // ready when they are asked for
