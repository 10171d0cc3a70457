// How the prediction moves with one column while the others stay as in the form.

import { html, useEffect, useState } from "./vendor/htm/standalone.module.js";
import { along, drawable, few, plain, shown, timeOf } from "./columns.js";
import { Legend, Lines } from "./plots.js";
import { Table } from "./answers.js";
import { predict } from "./service.js";

const WAIT_MS = 250;

export function Effect({ model, row, options }) {
  const inputs = model.schema.inputs;
  const movable = Object.keys(inputs).filter((name) => along(inputs[name], row[name]) !== null);
  const [column, setColumn] = useState(movable[0]);
  const [second, setSecond] = useState("");
  const [drawn, setDrawn] = useState(null);
  const [fault, setFault] = useState("");
  const asked = JSON.stringify([column, second, row, options]);
  useEffect(() => {
    if (!column) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask(model, row, options, column, second, stop.signal).then(
        (made) => (setDrawn(made), setFault("")),
        (error) => error.name !== "AbortError" && (setDrawn(null), setFault(plain(error.message))),
      );
    }, WAIT_MS);
    return () => (clearTimeout(timer), stop.abort());
  }, [asked]);
  if (movable.length === 0) return null;
  return html`<section aria-labelledby="effect-title">
    <h2 id="effect-title">How the prediction moves</h2>
    <p class="quiet">The other columns stay as they are in the form.</p>
    <div class="choose">
      <label>Along <select value=${column} onChange=${(event) => setColumn(event.target.value)}>
        ${movable.map((name) => html`<option value=${name}>${name}</option>`)}
      </select></label>
      <label>A line for each <select value=${second} onChange=${(event) => setSecond(event.target.value)}>
        <option value="">no other column</option>
        ${movable.filter((name) => name !== column).map((name) => html`<option value=${name}>${name}</option>`)}
      </select></label>
    </div>
    ${fault && html`<p class="fault" role="status">${fault}</p>`}
    ${!drawn && !fault && html`<p class="quiet" role="status">Asking the model …</p>`}
    ${drawn && html`
      <${Lines} ...${drawn} here=${placeOf(row[drawn.column], drawn.x)} />
      <${Legend} lines=${drawn.lines} />
      <details><summary>The same as a table</summary>
        <${Table} rows=${drawn.rows} caption=${`Predictions along ${drawn.column}`} most=${400} />
      </details>`}
  </section>`;
}

async function ask(model, row, options, column, second, signal) {
  const inputs = model.schema.inputs;
  const x = along(inputs[column], row[column]);
  const others = second ? few(inputs[second], row[second]) : [undefined];
  const rows = others.flatMap((other) =>
    x.map((value) => ({ ...row, ...(second && { [second]: other }), [column]: value })),
  );
  const answer = await predict(rows, drawable(model, options), signal);
  const lines = others.flatMap((other, i) =>
    linesOf(answer.predictions.slice(i * x.length, (i + 1) * x.length), second && `${second} = ${shown(other)}`),
  );
  const table = answer.predictions.map((made, i) => ({
    [column]: rows[i][column], ...(second && { [second]: rows[i][second] }), ...made,
  }));
  const unit = inputs[column].unit;
  const moves = lines.map((line) => `${line.label} from ${shown(line.y[0])} to ${shown(line.y[line.y.length - 1])}`);
  return {
    column, x, lines, rows: table, label: unit ? `${column} (${unit})` : column,
    describe: `Along ${column} from ${shown(x[0])} to ${shown(x[x.length - 1])}: ${moves.join("; ")}.`,
  };
}

/** A line for the prediction with its interval, or for each output where there are several; texts stay texts. */
function linesOf(predictions, label) {
  const numeric = Object.keys(predictions[0]).filter((name) =>
    predictions.some((each) => typeof each[name] === "number"));
  const values = (name) => predictions.map((each) => (typeof each[name] === "number" ? each[name] : null));
  const band = numeric.includes("lower") && numeric.includes("upper");
  const drawn = numeric.filter((name) => name !== "se" && !(band && (name === "lower" || name === "upper")));
  if (drawn.length === 0) return [{ label, y: predictions.map((each) => Object.values(each)[0]) }];
  return drawn.map((name) => ({
    label: [drawn.length > 1 || !label ? name : "", label].filter(Boolean).join(", "),
    y: values(name),
    ...(band && name === "prediction" && { lower: values("lower"), upper: values("upper") }),
  }));
}

/** Return where the form's value stands on the axis; null where it lies beside it. */
function placeOf(value, x) {
  if (typeof value === "number") return value;
  const found = x.indexOf(value);
  if (found >= 0) return found;
  const [low, high, here] = [x[0], x[x.length - 1], value].map(timeOf);
  return Number.isNaN(low) || Number.isNaN(here) || high === low ? null : ((here - low) / (high - low)) * (x.length - 1);
}
