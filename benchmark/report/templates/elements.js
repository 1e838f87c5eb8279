// Elements are made, never parsed: what stands in the data can only become text.

const SVG = 'http://www.w3.org/2000/svg';
const at = (id) => document.getElementById(id);

function filled(element, attributes, children) {
  for (const [name, given] of Object.entries(attributes || {})) {
    if (given === undefined || given === null || given === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), given);
    else element.setAttribute(name, given === true ? '' : given);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** An HTML element: make('td', {class: 'x'}, 'text', child). */
const make = (name, attributes, ...children) => filled(document.createElement(name), attributes, children);

/** An SVG element. */
const draw = (name, attributes, ...children) => filled(document.createElementNS(SVG, name), attributes, children);

/** Text of the data, kept from turning the direction of what stands around it. */
const bdi = (text) => make('bdi', {}, text);

/** A caption that stays in sight while its table is scrolled. */
const captioned = (text) => make('caption', {}, make('span', {}, text));

/** A table in a box of its own that scrolls, by keyboard too. */
function scrolling(label, table) {
  return make('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label }, table);
}

/** The class of a share of one in eleven steps. */
const heat = (share) => `h${Math.round(10 * Math.max(0, Math.min(1, share)))}`;

/** Options of a select, as [value, text] pairs in groups by name ('' for none). */
function options(select, groups, chosen) {
  select.replaceChildren(...Object.entries(groups).map(([label, pairs]) => {
    const made = pairs.map(([value, text]) => make('option', { value, selected: value === chosen }, text));
    return label ? make('optgroup', { label }, made) : made;
  }).flat());
}

/** A line and a dot on a scale from 0 to 1: an interval and the figure in it. */
function intervalDrawn(share, ends) {
  const [width, middle] = [150, 8];
  const x = (part) => (3 + part * (width - 6)).toFixed(1);
  const text = ends ? `${percent(share)}, interval ${percent(ends[0])} to ${percent(ends[1])}` : `${percent(share)}, no interval`;
  return draw('svg', { class: 'interval', width, height: 16, viewBox: `0 0 ${width} 16`, role: 'img', 'aria-label': text },
    draw('line', { class: 'axis', x1: x(0), x2: x(1), y1: middle, y2: middle }),
    [0, 0.25, 0.5, 0.75, 1].map((part) => draw('line', { class: 'axis', x1: x(part), x2: x(part), y1: 5, y2: 11 })),
    ends && draw('line', { class: 'ends', x1: x(ends[0]), x2: x(ends[1]), y1: middle, y2: middle }),
    draw('line', { class: 'dot', x1: x(share), x2: x(share), y1: 2, y2: 14 }));
}
