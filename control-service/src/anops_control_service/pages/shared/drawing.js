// Elements, numbers as text, and lines over weeks as SVG.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function number(value, digits = 3) {
  if (value === null || value === undefined) return "–";
  return Number(value).toLocaleString("en", { maximumSignificantDigits: digits });
}

export const percent = (share) => (share === null || share === undefined ? "–" : `${number(100 * share)} %`);

export function span(interval, write = number) {
  return interval ? ` (${write(interval[0])} to ${write(interval[1])})` : "";
}

export function moment(text) {
  return text ? text.slice(0, 16).replace("T", " ") : "–";
}

export function table(caption, head, rows) {
  const header = element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map((cells) => element("tr", {}, ...cells.map(cell)));
  const made = element("table", {}, element("caption", {}, caption), element("thead", {}, header), element("tbody", {}, ...body));
  return element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, made);
}

function cell(told) {
  if (told instanceof Node) return element("td", {}, told);
  if (told !== null && typeof told === "object") return element("td", { class: told.class || "" }, told.text);
  return element("td", {}, told === null || told === undefined ? "–" : String(told));
}

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// points: [{ at, value, interval }], in the order of time; before: the same figure on the baseline, or null
export function lines(label, points, { before = null, width = 640, height = 220, plain = false } = {}) {
  const known = points.filter((each) => each.value !== null);
  const all = known.flatMap((each) => [each.value, ...(each.interval || [])]).concat(before === null ? [] : [before]);
  const drawn = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label });
  if (!known.length) return drawn;
  const low = Math.min(...all, plain ? 0 : Infinity);
  const high = Math.max(...all, low + 1e-9);
  const [left, bottom, top] = plain ? [3, height - 3, 3] : [56, height - 26, 10];
  const x = (place) => left + ((width - left - (plain ? 4 : 26)) * (points.length < 2 ? 0.5 : place / (points.length - 1)));
  const y = (value) => bottom - ((bottom - top) * (value - low)) / (high - low || 1);
  if (!plain) {
    drawn.append(shape("line", { class: "axis", x1: left, x2: width, y1: bottom, y2: bottom }));
    for (const value of [low, (low + high) / 2, high]) {
      drawn.append(shape("text", { x: 2, y: y(value) + 4 }, number(value)));
      drawn.append(shape("line", { class: "axis", x1: left, x2: width, y1: y(value), y2: y(value) }));
    }
    const every = Math.ceil(points.length / 7);
    points.forEach((each, place) => {
      if (place % every === 0) drawn.append(shape("text", { x: x(place), y: height - 6, "text-anchor": "middle" }, each.at.slice(5)));
    });
  }
  if (before !== null) drawn.append(shape("line", { class: "before", x1: left, x2: width, y1: y(before), y2: y(before) }));
  const path = [];
  points.forEach((each, place) => {
    if (each.value === null) return;
    path.push(`${path.length ? "L" : "M"}${x(place)},${y(each.value)}`);
    if (each.interval && !plain) {
      drawn.append(shape("line", { class: "span", x1: x(place), x2: x(place), y1: y(each.interval[0]), y2: y(each.interval[1]) }));
    }
    drawn.append(shape("circle", { class: "dot", cx: x(place), cy: y(each.value), r: plain ? 2 : 4 }));
  });
  drawn.append(shape("path", { class: "line", d: path.join(" ") }));
  return drawn;
}
