// A fan chart of a time series: what was observed, and behind it the forecast with its intervals.

import { html, useEffect, useState } from "./vendor/htm/standalone.module.js";
import { plain, shown } from "./columns.js";
import { Legend, Lines } from "./plots.js";
import { Table } from "./answers.js";
import { forecast, observations } from "./service.js";

const WAIT_MS = 300;
const LONGEST = 500;
const MOST_OBSERVED = 60;

/** `told` gets the body of each request that is made. */
export function Forecast({ model, told }) {
  const { schema } = model, series = seriesOf(model);
  const keys = series.keys || [];
  const regressors = Object.keys(schema.inputs).filter((name) => name !== "step" && !keys.includes(name));
  const [horizon, setHorizon] = useState(12);
  const [key, setKey] = useState(() => Object.fromEntries(keys.map((name) => [name, schema.inputs[name].levels?.[0] ?? ""])));
  const [future, setFuture] = useState("");
  const [drawn, setDrawn] = useState(null);
  const [refusal, setRefusal] = useState(null);
  const body = bodyOf({ horizon, key, future });
  useEffect(() => {
    told(body);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask(model, body, key, stop.signal).then(
        (made) => (setDrawn(made), setRefusal(null)),
        (error) => error.name !== "AbortError" && (setDrawn(null), setRefusal(error)),
      );
    }, WAIT_MS);
    return () => (clearTimeout(timer), stop.abort());
  }, [JSON.stringify(body)]);
  return html`<section class="forecast" aria-labelledby="forecast-title">
    <h2 id="forecast-title">Forecast</h2>
    <div class="choose">
      <label>Periods ahead <input type="number" min="1" max=${LONGEST} value=${horizon}
        onInput=${(event) => setHorizon(Math.min(LONGEST, Math.max(1, Number(event.target.value) || 1)))} /></label>
      ${keys.map((name) => html`<${KeyField} name=${name} spec=${schema.inputs[name]} value=${key[name]}
        change=${(value) => setKey({ ...key, [name]: value })} />`)}
    </div>
    ${regressors.length > 0 && html`<label>What the future is given, as CSV with ${[series.time, ...regressors].join(", ")}
      <textarea rows="4" value=${future} onInput=${(event) => setFuture(event.target.value)}
        placeholder=${[[series.time, ...regressors].join(","), "…"].join("\n")} /></label>`}
    ${refusal && html`<p class="fault" role="status">${plain(refusal.message)}</p>`}
    ${drawn && html`
      <${Lines} ...${drawn} />
      <${Legend} lines=${drawn.lines} />
      ${drawn.warnings.length > 0 && html`<ul class="warnings">${drawn.warnings.map((each) => html`<li>${each.message}</li>`)}</ul>`}
      <details><summary>The same as a table</summary>
        <${Table} rows=${drawn.rows} caption="Forecasts" most=${LONGEST} />
      </details>`}
  </section>`;
}

function KeyField({ name, spec, value, change }) {
  return spec.levels
    ? html`<label>${name} <select value=${value} onChange=${(event) => change(event.target.value)}>
        ${spec.levels.map((level) => html`<option value=${level}>${level}</option>`)}</select></label>`
    : html`<label>${name} <input value=${value} onInput=${(event) => change(event.target.value)} /></label>`;
}

function bodyOf({ horizon, key, future }) {
  const body = { horizon };
  if (Object.keys(key).length > 0) body.keys = [key];
  if (future.trim()) body.regressors = rowsOf(future, key);
  return body;
}

async function ask(model, body, key, signal) {
  const series = seriesOf(model);
  const answer = await forecast(body, signal);
  const before = (await observations(key, signal)).slice(-MOST_OBSERVED);
  const rows = answer.predictions;
  const when = (row) => row[series.time] ?? row.step;
  const nothing = rows.map(() => null);
  const behind = (values) => [...before.map(() => null), ...values];
  const levels = Object.keys(rows[0] || {}).filter((name) => name.startsWith("lower_")).map((name) => name.slice(6));
  const lines = levels.map((level) => ({
    label: `forecast, ${level} %`,
    y: behind(rows.map((row) => row.prediction)),
    lower: behind(rows.map((row) => row[`lower_${level}`])),
    upper: behind(rows.map((row) => row[`upper_${level}`])),
  }));
  if (lines.length === 0) lines.push({ label: "forecast", y: behind(rows.map((row) => row.prediction)) });
  if (before.length > 0) lines.push({ label: "observed", y: [...before.map((row) => row[series.value]), ...nothing] });
  const last = rows[rows.length - 1];
  return {
    x: [...before.map((row) => row[series.time]), ...rows.map(when)].map(String),
    lines, rows, warnings: answer.warnings || [], label: series.frequency && series.last ? series.time : "step",
    describe: rows.length === 0 ? "No periods." : `Forecast from ${when(rows[0])} to ${when(last)}: ${shown(rows[0].prediction)} to ${shown(last.prediction)}.`,
  };
}

/** Read rows as a person pastes them: a line of names, then values; what looks like a number is one. */
function rowsOf(text, key) {
  const [head, ...lines] = text.trim().split(/\r?\n/).map((line) => line.split(",").map((cell) => cell.trim()));
  return lines.map((cells) => ({
    ...key,
    ...Object.fromEntries(head.map((name, i) => [name, cells[i] === "" || Number.isNaN(Number(cells[i])) ? cells[i] : Number(cells[i])])),
  }));
}

/** Return what the model says of its series; it leaves out the usual names. */
function seriesOf(model) {
  return { time: "time", value: "value", ...model.series };
}
