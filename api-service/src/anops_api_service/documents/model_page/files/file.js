// The predictions of a CSV file: as a table, their distribution, and to take away.

import { html, useState } from "./vendor/htm/standalone.module.js";
import { shown } from "./columns.js";
import { read, written } from "./csv.js";
import { Counts } from "./plots.js";
import { Table, Warnings } from "./answers.js";
import { predictFile } from "./service.js";

const MOST_BINS = 24;

export function FileOfRows({ options }) {
  const [state, setState] = useState({});
  const [over, setOver] = useState(false);
  async function take(file) {
    if (!file) return;
    setState({ name: file.name, busy: true });
    try {
      const answer = await predictFile(file, options);
      setState({ name: file.name, answer, rows: beside(read(await file.text()), answer.predictions) });
    } catch (refusal) {
      setState({ name: file.name, refusal });
    }
  }
  const dropped = (event) => (event.preventDefault(), setOver(false), take(event.dataTransfer.files[0]));
  return html`<section aria-labelledby="file-title">
    <h2 id="file-title">A file of rows</h2>
    <div class=${over ? "drop over" : "drop"} onDragOver=${(event) => (event.preventDefault(), setOver(true))}
      onDragLeave=${() => setOver(false)} onDrop=${dropped}>
      <label for="file">Drop a CSV file here, or choose one</label>
      <input id="file" type="file" accept=".csv,text/csv" onChange=${(event) => take(event.target.files[0])} />
    </div>
    <div role="status">
      ${state.busy && html`<p>Predicting the rows of ${state.name} …</p>`}
      ${state.refusal && html`<div class="refused">
        <p>${state.refusal.message.replaceAll("`", "")}</p>
        ${state.refusal.remedy && html`<p class="remedy">${state.refusal.remedy.replaceAll("`", "")}</p>`}
      </div>`}
    </div>
    ${state.answer && html`<${Predictions} name=${state.name} answer=${state.answer} rows=${state.rows} />`}
  </section>`;
}

/** Put a person's own columns before the predictions, where they are read without doubt. */
function beside(own, predictions) {
  if (own === null || own.rows.length !== predictions.length) return predictions;
  return predictions.map((made, i) => ({
    ...Object.fromEntries(own.names.map((name, at) => [name in made ? `${name} (given)` : name, own.rows[i][at]])),
    ...made,
  }));
}

function Predictions({ name, answer, rows }) {
  const made = answer.predictions;
  const outside = new Set(
    answer.warnings.filter((each) => each.message.includes("extrapolation")).flatMap((each) => each.rows),
  );
  const column = "prediction" in made[0] ? "prediction" : Object.keys(made[0])[0];
  const values = made.map((row) => row[column]);
  const missing = values.filter((each) => each === null).length;
  const bins = binned(values.filter((each) => each !== null));
  const file = new Blob([written(rows)], { type: "text/csv" });
  return html`<div>
    <p>${rows.length} predictions${missing > 0 && `, ${missing} of them missing`}${outside.size > 0 &&
    `; those marked ▲ (${outside.size}) lie outside of what the model was fitted on`}.
      <a class="button" download=${name.replace(/(\.csv)?$/i, "-predictions.csv")} href=${URL.createObjectURL(file)}>Download
      the predictions</a></p>
    ${bins.length > 0 && html`<${Counts} bins=${bins} label=${column}
      describe=${`Distribution of ${column}: ${bins.map((each) => `${each.label}: ${each.count}`).join(", ")}`} />`}
    <${Warnings} warnings=${answer.warnings} />
    <${Table} rows=${rows} marked=${outside} caption=${rows.length > 100 ? "The first 100 predictions" : "The predictions"} />
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
