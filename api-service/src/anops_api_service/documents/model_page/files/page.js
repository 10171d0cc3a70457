// The page of a model: what it is, a form that predicts as one types, plots, a file of rows, and code to copy.

import { html, render, useEffect, useState } from "./vendor/htm/standalone.module.js";
import { hint, plain, shown } from "./columns.js";
import { OptionForm, RowForm } from "./fields.js";
import { Answer } from "./answers.js";
import { Effect } from "./effect.js";
import { FileOfRows } from "./file.js";
import { Forecast } from "./forecast.js";
import { Live } from "./live.js";
import { Snippets } from "./snippets.js";
import { Why } from "./why.js";
import { hasKey, predict, theModel, useKey } from "./service.js";

const WAIT_MS = 150;
const AGAIN_MS = 2000;

function Page() {
  const [model, setModel] = useState(null);
  const [refusal, setRefusal] = useState(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let timer;
    theModel().then(
      (found) => (setModel(found), setRefusal(null), (document.title = `${found.name} ${found.version}`)),
      (error) => {
        setRefusal(error);
        if (error.status === 503 || error.status === 0) timer = setTimeout(() => setTurn(turn + 1), AGAIN_MS);
      },
    );
    return () => clearTimeout(timer);
  }, [turn]);
  if (refusal && (refusal.status === 401 || refusal.status === 403)) {
    return html`<${KeyForm} refusal=${refusal} given=${(key) => (useKey(key), setTurn(turn + 1))} />`;
  }
  if (refusal) return html`<${Elsewhere} refusal=${refusal} />`;
  return model ? html`<${Model} key=${model.digest} model=${model} />` : html`<main><p role="status">Asking the model …</p></main>`;
}

function Model({ model }) {
  const { inputs, outputs, options: known = {} } = model.schema;
  const [row, setRow] = useState(() => firstRow(model));
  const [options, setOptions] = useState(() => firstOptions(known));
  const [answer, setAnswer] = useState(null);
  const [refusal, setRefusal] = useState(null);
  const [forecast, setForecast] = useState(null);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      predict([row], options, stop.signal).then(
        (made) => (setAnswer(made), setRefusal(null)),
        (error) => error.name !== "AbortError" && setRefusal(error),
      );
    }, WAIT_MS);
    return () => (clearTimeout(timer), stop.abort());
  }, [JSON.stringify([row, options])]);
  const faults = refusal ? refusal.faults : [];
  return html`<header>
      <h1>${model.name} <small>${model.version}</small></h1>
      ${model.description && html`<p>${model.description}</p>`}
      <${Live} name=${model.name} workers=${model.workers} />
    </header>
    <main>
      ${model.series && html`<${Forecast} model=${model} told=${setForecast} />`}
      <section class="ask" aria-labelledby="ask-row-title">
        <h2 id="ask-row-title">Ask for a prediction</h2>
        <div class="columns">
          <form onSubmit=${(event) => event.preventDefault()}>
            <${RowForm} inputs=${inputs} row=${row} faults=${faults} change=${setRow} />
            <${OptionForm} options=${known} chosen=${options} faults=${faults} change=${setOptions} />
          </form>
          <div>
            <${Answer} answer=${answer} refusal=${refusal} outputs=${outputs} about=${intervalOf(known, options)} />
            ${!known.explain && html`<${Why} row=${row} options=${options} />`}
          </div>
        </div>
      </section>
      <${Effect} model=${model} row=${row} options=${options} />
      <${FileOfRows} inputs=${inputs} options=${options} />
      <${Snippets} model=${model} row=${row} options=${options} forecast=${forecast} needsKey=${hasKey()} />
      <${Card} model=${model} />
    </main>
    <footer><p><a href="docs">How to ask this model</a> · <a href="openapi.json">OpenAPI</a> · served by AnOps ${model.api_version}</p></footer>`;
}

function firstRow(model) {
  const example = model.example?.data?.[0] || {};
  return Object.fromEntries(Object.keys(model.schema.inputs).map((name) => [name, example[name] ?? null]));
}

function intervalOf(known, options) {
  const level = options.level ?? known.level?.default;
  const kind = options.interval ?? known.interval?.default ?? "";
  return typeof level === "number" ? `${shown(level * 100)} % ${kind} interval` : `${kind} interval`;
}

/** An answer comes with an interval where the model has one. */
function firstOptions(known) {
  const interval = ["prediction", "confidence"].find((each) => known.interval?.levels?.includes(each));
  return interval ? { interval } : {};
}

/** What is known of the model. */
function Card({ model }) {
  const { inputs, outputs } = model.schema;
  const versions = Object.entries(model.versions || {}).map(([name, version]) => `${name} ${version}`);
  const facts = [
    ["Version", model.version],
    ["Digest", (model.digest || "").replace("sha256:", "").slice(0, 12)],
    ["Fitted", timeShown(model.fitted)],
    ["Fitted on", model.fitted_on],
    ["Made with", versions.join(", ")],
    ["Packages", Object.entries(model.packages || {}).map(([name, version]) => `${name} ${version}`).join(", ")],
    ["Each row by itself", model.row_independent === true ? "yes" : model.row_independent === false ? "no: rows are predicted together" : ""],
  ].filter(([, value]) => value);
  return html`<section aria-labelledby="card-title">
    <h2 id="card-title">About the model</h2>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <${Columns} caption="Columns that a row has" columns=${inputs} />
    <${Columns} caption="Columns of an answer" columns=${outputs} />
  </section>`;
}

/** Return a time as a person reads it; a day stays a day. */
function timeShown(text) {
  return (text || "").replace(/^(.{10})T(.{5}).*Z$/, "$1 $2 UTC");
}

function Columns({ caption, columns }) {
  const all = (spec) => spec.levels || spec.values || [];
  const values = (spec) => all(spec).slice(0, 12).map(shown).join(", ") + (all(spec).length > 12 ? ", …" : "");
  const facts = [
    ["type", (spec) => spec.type],
    ["values", (spec) => [values(spec), hint(spec)].filter(Boolean).join("; ")],
    ["unit", (spec) => spec.unit || ""],
    ["what it is", (spec) => spec.description || ""],
  ].filter(([, told]) => Object.values(columns).some(told));
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table>
    <caption>${caption}</caption>
    <thead><tr><th scope="col">column</th>${facts.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${Object.entries(columns).map(([name, spec]) => html`<tr>
      <th scope="row">${name}</th>${facts.map(([, told]) => html`<td>${told(spec)}</td>`)}
    </tr>`)}</tbody>
  </table></div>`;
}

function KeyForm({ refusal, given }) {
  const [key, setKey] = useState("");
  return html`<main><h1>This model asks for a key</h1>
    ${hasKey() && html`<p class="fault" role="alert">${refusal.message}</p>`}
    <form class="key" onSubmit=${(event) => (event.preventDefault(), key && given(key.trim()))}>
      <label for="key">Key or token</label>
      <input id="key" type="password" autocomplete="off" value=${key} onInput=${(event) => setKey(event.target.value)} />
      <button type="submit">Go on</button>
    </form>
    <p class="quiet">Whoever runs this service gives you one. It is kept in this tab until you close it.</p>
  </main>`;
}

/** Where the path means no model, or the model is not there yet. */
function Elsewhere({ refusal }) {
  const waits = refusal.status === 503 || refusal.status === 0;
  return html`<main><h1>${waits ? "Not ready yet" : "No model here"}</h1>
    <p role="status">${plain(refusal.message)}</p>
    <p>${waits ? "This page looks again by itself." : plain(refusal.remedy)}</p>
    <p><a href="docs">See what is served here</a></p></main>`;
}

render(html`<${Page} />`, document.getElementById("page"));
