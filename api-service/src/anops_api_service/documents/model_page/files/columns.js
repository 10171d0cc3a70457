// What the schema says of columns, in words and in values.

/** Return a number as a person writes it. */
export function shown(value) {
  if (value === null || value === undefined) return "missing";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
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

/** Return what stands in a field as a value of its column; null where it is missing. */
export function valueOf(text, spec) {
  if (text === "") return null;
  const all = choices(spec);
  if (all) return all[Number(text)];
  if (!isNumeric(spec)) return text;
  const number = Number(text.replace(",", "."));
  return Number.isNaN(number) ? text : number; // what is no number, the service refuses better than we could
}

/** Return what stands in the field of a value. */
export function textOf(value, spec) {
  if (value === null || value === undefined) return "";
  const all = choices(spec);
  if (all) return String(all.findIndex((each) => each === value));
  return String(value);
}

/** Return values along a column: what it can be, or a grid over where it was fitted. */
export function along(spec, value, most = 60) {
  const all = choices(spec);
  if (all) return all.slice(0, most);
  if (!isNumeric(spec)) return null;
  let [low, high] = spec.seen || [spec.min, spec.max];
  if (typeof low !== "number" || typeof high !== "number") {
    const middle = typeof value === "number" ? value : 0;
    const width = Math.max(Math.abs(middle), 1);
    [low, high] = [middle - width, middle + width];
  }
  if (low === high) return [low];
  if (spec.type === "integer" && high - low < most) {
    return Array.from({ length: high - low + 1 }, (_, i) => low + i);
  }
  const grid = Array.from({ length: most }, (_, i) => low + ((high - low) * i) / (most - 1));
  return spec.type === "integer" ? [...new Set(grid.map(Math.round))] : grid;
}

/** Return a few values of a column for a line each. */
export function few(spec) {
  const all = choices(spec);
  if (all) return all.slice(0, 6);
  const grid = along(spec, null);
  return grid === null ? null : [grid[0], grid[Math.floor(grid.length / 2)], grid[grid.length - 1]];
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
