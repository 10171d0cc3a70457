// Shows predictions: of the row of the form, and as tables.

import { html } from "./vendor/htm/standalone.module.js";
import { plain, shown } from "./columns.js";

/** The prediction of one row, with its interval. */
export function Answer({ answer, refusal, outputs, about }) {
  if (refusal) {
    const elsewhere = refusal.faults.every((each) => !each.column);
    return html`<div class="answer refused" role="status">
      <p>${elsewhere ? plain(refusal.message) : "No prediction: see the marked fields."}</p>
      ${refusal.remedy && html`<p class="remedy">${plain(refusal.remedy)}</p>`}
    </div>`;
  }
  if (!answer) return html`<div class="answer" role="status"><p class="quiet">…</p></div>`;
  const [row] = answer.predictions;
  const { prediction, lower, upper, ...others } = row;
  const names = Object.keys(others);
  return html`<div class="answer" role="status" aria-live="polite">
    ${prediction !== undefined &&
    html`<p class="prediction">${prediction === null ? "no prediction" : shown(prediction)}${outputs.prediction?.unit && html` <small>${outputs.prediction.unit}</small>`}</p>`}
    ${typeof lower === "number" && html`<p class="interval">${shown(lower)} to ${shown(upper)}<br /><small>${about}</small></p>`}
    ${names.length > 0 && html`<table class="values"><tbody>
      ${names.map((name) => html`<tr><th scope="row">${name}</th><td>${shown(others[name])}</td></tr>`)}
    </tbody></table>`}
    <${Warnings} warnings=${answer.warnings} />
  </div>`;
}

/** What the service says beside the predictions. */
export function Warnings({ warnings }) {
  if (!warnings || warnings.length === 0) return null;
  return html`<ul class="warnings">
    ${warnings.slice(0, 12).map((each) => html`<li>${plain(each.message)}</li>`)}
  </ul>`;
}

/** A table of records; only the first of many are shown. */
export function Table({ rows, marked = new Set(), caption, most = 100 }) {
  if (rows.length === 0) return null;
  const names = Object.keys(rows[0]);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption>${caption}</caption>
      <thead><tr><th scope="col">row</th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>
        ${rows.slice(0, most).map(
          (row, i) => html`<tr class=${marked.has(i + 1) ? "outside" : ""}>
            <th scope="row">${i + 1}${marked.has(i + 1) && html` <span title="outside of what the model was fitted on">▲</span>`}</th>
            ${names.map((name) => html`<td>${shown(row[name])}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
