// Why a row is answered as it is: what each of its columns adds to the prediction, as a table with bars.

import { html, useEffect, useState } from "./vendor/htm/standalone.module.js";
import { plain, shown } from "./columns.js";
import { predict } from "./service.js";

const WAIT_MS = 400;
const MOST = 20;

export function Why({ row, options }) {
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState(null);
  const [refusal, setRefusal] = useState(null);
  useEffect(() => {
    if (!open) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      predict([row], { ...options, explain: true }, stop.signal).then(
        (answer) => (setTold(answer), setRefusal(null)),
        (error) => error.name !== "AbortError" && (setRefusal(error), setTold(null)),
      );
    }, WAIT_MS);
    return () => (clearTimeout(timer), stop.abort());
  }, [open, JSON.stringify([row, options])]);
  return html`<details class="why" onToggle=${(event) => setOpen(event.currentTarget.open)}>
    <summary>Why this answer?</summary>
    ${refusal && html`<p>${plain(refusal.message)}</p><p class="remedy">${plain(refusal.remedy)}</p>`}
    ${open && !told && !refusal && html`<p class="quiet">Asking the model …</p>`}
    ${told && Object.entries(told.explanations[0]).map(([output, why]) => html`<${Contributions}
      output=${output} why=${why} row=${row} rows=${told.explained_by.reference_rows} exact=${told.explained_by.exact}
      prediction=${told.predictions[0][output]} />`)}
  </details>`;
}

function Contributions({ output, why, row, rows, exact, prediction }) {
  if (why.baseline === null) return html`<p>The model has no prediction for some mixtures of this row with its reference rows.</p>`;
  const parts = Object.entries(why.contributions).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const most = Math.max(...parts.map(([, value]) => Math.abs(value))) || 1;
  const rest = parts.slice(MOST).reduce((sum, [, value]) => sum + value, 0);
  return html`<table>
      <caption>${why.of === undefined ? `${output}: ${shown(prediction)} instead of ${shown(why.baseline)}` : `${output}: why ${shown(why.of)}`}</caption>
      <thead><tr><th scope="col">column</th><th scope="col">value</th><th scope="col">adds</th><th scope="col"><span class="unseen">as a bar</span></th></tr></thead>
      <tbody>${parts.slice(0, MOST).map(([name, value]) => html`<tr>
        <th scope="row">${name}</th><td>${shown(row[name])}</td><td>${value > 0 ? "+" : ""}${shown(value)}</td>
        <td><${Bar} share=${value / most} /></td>
      </tr>`)}
      ${parts.length > MOST && html`<tr><th scope="row">${parts.length - MOST} more</th><td></td><td>${shown(rest)}</td><td></td></tr>`}
      </tbody>
    </table>
    <p class="quiet">${why.of === undefined
      ? `${shown(why.baseline)} is the mean prediction for ${rows} reference rows of the project.`
      : `Of ${rows} reference rows of the project, ${shown(why.baseline * 100)} % are ${shown(why.of)}; what the columns add makes it 1.`} What the columns add are Shapley values${exact ? "" : " (from some of the orders in which columns can change)"}: they tell what
    the model does, not what causes what.</p>`;
}

function Bar({ share }) {
  const width = Math.abs(share) * 50;
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class=${share < 0 ? "less" : "more"} x=${share < 0 ? 50 - width : 50} y="1" width=${width} height="8" />
    <line x1="50" x2="50" y1="0" y2="10" />
  </svg>`;
}
