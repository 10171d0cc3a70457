// The predictions of a CSV file: as a table, their distribution, and to take away.

import { html, useState } from "./vendor/htm/standalone.module.js";
import { isNumeric, plain, shown } from "./columns.js";
import { read, written } from "./csv.js";
import { Counts } from "./plots.js";
import { Table, Warnings } from "./answers.js";
import { predictFile } from "./service.js";

const MOST_BINS = 24;
const MOST_NAMED = 20;

export function FileOfRows({ inputs, options }) {
  const [state, setState] = useState({});
  const [over, setOver] = useState(false);
  async function take(file) {
    if (!file) return;
    if (state.address) URL.revokeObjectURL(state.address);
    setState({ name: file.name, busy: true });
    try {
      const answer = await predictFile(file, options);
      const own = read(await file.text());
      const readable = own !== null && own.rows.length === answer.predictions.length ? own : null;
      const outside = extrapolations(readable, answer, inputs);
      const rows = beside(readable, answer.predictions, outside.columns);
      const address = rows.length > 0 ? URL.createObjectURL(new Blob([written(rows)], { type: "text/csv" })) : "";
      setState({ name: file.name, answer, rows, outside, address });
    } catch (refusal) {
      setState({ name: file.name, refusal });
    }
  }
  // emptied, so that a file that was corrected can be chosen again
  const chosen = ({ target }) => (take(target.files[0]), (target.value = ""));
  const dropped = (event) => (event.preventDefault(), setOver(false), take(event.dataTransfer.files[0]));
  return html`<section aria-labelledby="file-title">
    <h2 id="file-title">A file of rows</h2>
    <div class=${over ? "drop over" : "drop"} onDragOver=${(event) => (event.preventDefault(), setOver(true))}
      onDragLeave=${() => setOver(false)} onDrop=${dropped}>
      <label for="file">Drop a CSV file here, or choose one</label>
      <input id="file" type="file" accept=".csv,text/csv" onChange=${chosen} />
    </div>
    <div role="status">
      ${state.busy && html`<p>Predicting the rows of ${state.name} …</p>`}
      ${state.refusal && html`<div class="refused">
        <p>${state.name}: ${plain(state.refusal.message)}</p>
        ${state.refusal.faults.length > 1 && html`<ul>
          ${state.refusal.faults.map((each) => html`<li>${plain(each.message)}</li>`)}
          ${state.refusal.more > 0 && html`<li>and ${state.refusal.more} more</li>`}
        </ul>`}
        ${state.refusal.remedy && html`<p class="remedy">${plain(state.refusal.remedy)}</p>`}
      </div>`}
    </div>
    ${state.answer && html`<${Predictions} ...${state} />`}
  </section>`;
}

/** Put a person's own columns before the predictions, where they are read without doubt; and what lies outside behind. */
function beside(own, predictions, outside) {
  return predictions.map((made, i) => {
    const all = outside.size > 0 ? { ...made, outside: (outside.get(i + 1) || []).join("; ") } : made;
    if (own === null) return all;
    return { ...Object.fromEntries(own.names.map((name, at) => [name in all ? `${name} (given)` : name, own.rows[i][at]])), ...all };
  });
}

/** Find the rows outside of what the model was fitted on, with their columns.
 *
 * The service names the first of them; the others are found in the file. `complete` is false where some can't be.
 */
function extrapolations(own, answer, inputs) {
  const columns = new Map();
  let complete = true;
  const add = (row, name) => columns.set(row, [...(columns.get(row) || []), name]);
  for (const { column, rows } of answer.warnings.filter((each) => each.kind === "extrapolation")) {
    const spec = inputs[column], at = own === null ? -1 : own.names.indexOf(column);
    const isBeyond = spec?.seen && beyond(spec);
    const found = isBeyond && at >= 0 ? own.rows.flatMap((cells, i) => (isBeyond(cells[at].trim()) ? [i + 1] : [])) : [];
    const all = new Set([...rows, ...found]);
    if (found.length === 0 && rows.length >= MOST_NAMED) complete = false;
    all.forEach((row) => add(row, column));
  }
  return { columns, complete };
}

/** Return what says whether a cell lies outside; null where a cell has several ways to be written. */
function beyond({ seen: [low, high], ...spec }) {
  if (isNumeric(spec)) return (cell) => cell !== "" && (Number(cell) < low || Number(cell) > high);
  return spec.type === "date" ? (cell) => /^\d{4}-\d{2}-\d{2}$/.test(cell) && (cell < low || cell > high) : null;
}

function Predictions({ name, answer, rows, outside, address }) {
  const made = answer.predictions;
  if (made.length === 0) return html`<p>${name} has no rows below its header, so there is nothing to predict.</p>`;
  const column = "prediction" in made[0] ? "prediction" : Object.keys(made[0])[0];
  const values = made.map((row) => row[column]);
  const missing = values.filter((each) => each === null).length;
  const bins = binned(values.filter((each) => each !== null));
  const marked = new Set(outside.columns.keys());
  return html`<div>
    <p>${name}: ${made.length} prediction${made.length === 1 ? "" : "s"}${missing > 0 && `, ${missing} of them missing`}${marked.size > 0 &&
    (outside.complete ? `; those marked ▲ (${marked.size}) lie outside of what the model was fitted on`
      : "; some lie outside of what the model was fitted on, the first of them are marked ▲")}.${" "}
      <a class="button" download=${name.replace(/(\.csv)?$/i, "-predictions.csv")} href=${address}>Download
      the predictions</a></p>
    ${bins.length > 0 && html`<${Counts} bins=${bins} label=${column}
      describe=${`Distribution of ${column}: ${bins.map((each) => `${each.label}: ${each.count}`).join(", ")}`} />`}
    <${Warnings} warnings=${answer.warnings} />
    <${Table} rows=${rows} marked=${marked} caption=${rows.length > 100 ? "The first 100 predictions" : "The predictions"} />
  </div>`;
}

function binned(values) {
  if (values.some((each) => typeof each !== "number")) {
    const counts = new Map();
    for (const each of values) counts.set(String(each), (counts.get(String(each)) || 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_BINS).map(([label, count]) => ({ label, count }));
  }
  if (values.length === 0) return [];
  const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
  if (low === high) return [{ label: shown(low), count: values.length }];
  const number = Math.min(MOST_BINS, Math.max(5, Math.ceil(Math.sqrt(values.length))));
  const bins = Array.from({ length: number }, (_, i) => ({ label: rounded(low + ((high - low) * i) / number, high - low), count: 0 }));
  for (const each of values) bins[Math.min(number - 1, Math.floor(((each - low) / (high - low)) * number))].count += 1;
  return bins;
}

function rounded(value, span) {
  return value.toFixed(Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(span)))));
}
