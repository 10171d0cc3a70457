// What the schema says of columns, in words and in values.

/** Return a number as a person writes it. */
export function shown(value) {
  if (value === null || value === undefined) return "missing";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

/** Return what the service says without the backticks around names. */
export function plain(text) {
  return (text || "").replaceAll("`", "");
}

export function isNumeric(spec) {
  return spec.type === "number" || spec.type === "integer";
}

/** Return the values that a column can be chosen from, or null where it is free. */
export function choices(spec) {
  if (spec.type === "boolean") return [true, false];
  return spec.levels || spec.values || null;
}

/** Say in a few words what a column takes. */
export function hint(spec) {
  const told = [];
  if (spec.seen) told.push(`fitted on ${shown(spec.seen[0])} to ${shown(spec.seen[1])}`);
  if (spec.min !== undefined && spec.min !== null) told.push(`at least ${shown(spec.min)}`);
  if (spec.max !== undefined && spec.max !== null) told.push(`at most ${shown(spec.max)}`);
  if (spec.type === "integer") told.push("whole");
  return told.join(", ");
}

const NUMBER = /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+$/;

/** Return what stands in a field as a value of its column; null where it is missing.
 *
 * What is no number beyond doubt, such as 1,500, stays text: the service refuses it better than we could.
 */
export function valueOf(text, spec) {
  if (text === "") return null;
  const all = choices(spec);
  if (all) return all[Number(text)];
  if (!isNumeric(spec)) return text;
  const typed = text.trim();
  if (typed === "") return null;
  if (!NUMBER.test(typed) || THOUSANDS.test(typed)) return text;
  const number = Number(typed.replace(",", "."));
  return Number.isFinite(number) && (spec.type === "number" || Number.isSafeInteger(number) || !Number.isInteger(number)) ? number : text;
}

/** Return what stands in the field of a value. */
export function textOf(value, spec) {
  if (value === null || value === undefined) return "";
  const all = choices(spec);
  if (all) return String(all.findIndex((each) => each === value));
  return String(value);
}

/** Return values along a column: what it can be, or a grid over where it was fitted; null where it has no order. */
export function along(spec, value, most = 60) {
  const all = choices(spec);
  if (all) return all.slice(0, most);
  if (spec.type === "date" || spec.type === "datetime") return alongTime(spec, value, most);
  if (!isNumeric(spec)) return null;
  let [low, high] = spec.seen || [spec.min, spec.max];
  if (typeof low !== "number" || typeof high !== "number") {
    const middle = typeof value === "number" ? value : 0;
    const width = Math.max(Math.abs(middle), 1);
    [low, high] = [middle - width, middle + width];
  }
  if (low === high) return [low];
  const isWhole = spec.type === "integer";
  return isWhole && high - low < most ? grid(low, high, high - low + 1) : distinct(grid(low, high, most), isWhole);
}

const DAY_MS = 86_400_000;

function alongTime(spec, value, most) {
  const text = spec.seen?.[0] ?? value;
  const middle = timeOf(value);
  const [low, high] = spec.seen ? spec.seen.map(timeOf) : [middle - 30 * DAY_MS, middle + 30 * DAY_MS];
  if (Number.isNaN(low) || Number.isNaN(high)) return null;
  const isDate = spec.type === "date", step = isDate ? DAY_MS : 1000;
  const places = distinct(grid(low / step, high / step, most), true);
  return places.map((each) => new Date(each * step).toISOString().slice(0, isDate ? 10 : 19) + (isDate || !text.endsWith("Z") ? "" : "Z"));
}

/** Return a date or time as milliseconds; NaN where it is none. */
export function timeOf(text) {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(text)) return NaN;
  return Date.parse(/Z$|[+-]\d{2}:?\d{2}$|^.{10}$/.test(text) ? text : `${text.replace(" ", "T")}Z`);
}

function grid(low, high, count) {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / Math.max(count - 1, 1));
}

function distinct(values, isWhole) {
  return isWhole ? [...new Set(values.map(Math.round))] : values;
}

/** Return a few values of a column for a line each. */
export function few(spec, value) {
  const all = choices(spec);
  if (all) return all.slice(0, 6);
  const values = along(spec, value, 3);
  return values === null ? null : [...new Set(values)];
}

/** Return the options with which an answer can be drawn: an interval, and numbers where classes have probabilities. */
export function drawable(model, options) {
  const known = model.schema.options || {};
  const made = { ...options };
  if (known.interval?.levels && (!made.interval || made.interval === "none")) {
    made.interval = ["confidence", "prediction"].find((each) => known.interval.levels.includes(each)) || "none";
  }
  const outputs = Object.values(model.schema.outputs);
  const probability = known.type?.levels?.find((each) => each.startsWith("prob"));
  if (probability && !isNumeric(outputs[0])) made.type = probability;
  return made;
}
