// The request of the form as one writes it in a terminal, in R and in Python.

import { html, useRef, useState } from "./vendor/htm/standalone.module.js";

export function Snippets({ model, row, options, forecast, needsKey }) {
  const base = location.href.replace(/[?#].*/, "").replace(/\/$/, "");
  const { service } = named(), { inputs } = model.schema;
  const levels = Boolean(model.schema.options?.level);
  const texts = forecast ? {
    curl: curl(`${base}/forecast`, forecast, needsKey),
    R: forecastInR(service, inputs, forecast, levels, needsKey),
    Python: forecastInPython(service, forecast, levels, needsKey),
  } : {
    curl: curl(`${base}/predict`, { data: [row], ...(Object.keys(options).length && { options }) }, needsKey),
    R: inR(service, inputs, row, options, needsKey),
    Python: inPython(service, row, options, needsKey),
  };
  const [language, setLanguage] = useState("curl");
  const [copied, setCopied] = useState(false);
  const code = useRef(null);
  const copy = async () => {
    await put(texts[language], code.current);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return html`<section aria-labelledby="ask-title">
    <h2 id="ask-title">Ask from your own code</h2>
    <div class="choose" role="group" aria-label="Language">
      ${Object.keys(texts).map((each) => html`<button type="button" aria-pressed=${each === language ? "true" : "false"}
        onClick=${() => setLanguage(each)}>${each}</button>`)}
      <button type="button" onClick=${copy}>${copied ? "Copied" : "Copy"}</button>
    </div>
    <pre tabindex="0" aria-label=${`The request in ${language}`}><code ref=${code}>${texts[language]}</code></pre>
  </section>`;
}

/** Put a text on the clipboard. Outside of HTTPS and one's own machine a browser has none for pages, but copies what is selected. */
async function put(text, element) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  getSelection().selectAllChildren(element);
  document.execCommand("copy");
  return undefined;
}

function curl(address, asked, needsKey) {
  const key = needsKey ? ' \\\n  --header "authorization: Bearer $ANOPS_KEY"' : "";
  return `curl '${address}' \\\n  --header 'content-type: application/json'${key} \\\n  --data '${JSON.stringify(asked).replaceAll("'", "'\\''")}'`;
}

function inR(base, inputs, row, options, needsKey) {
  const asked = Object.entries(options).map(([name, value]) => `, ${nameInR(name)} = ${valueInR(value, {})}`).join("");
  return `${note(needsKey)}library(anops)\n\nrows <- ${frameInR([row], inputs)}\npredict_remote("${base}", rows${asked}${which(" = ")})`;
}

function inPython(base, row, options, needsKey) {
  const asked = Object.entries(options).map(([name, value]) => /^[A-Za-z_]\w*$/.test(name) ? `, ${name}=${valueInPython(value)}` : `, **{${JSON.stringify(name)}: ${valueInPython(value)}}`).join("");
  return `${note(needsKey)}import anops\nimport pandas as pd\n\nrows = ${frameInPython([row])}\nprint(anops.Client("${base}"${which("=")}).predict(rows${asked}))`;
}

function forecastInR(base, inputs, { horizon, ...tables }, levels, needsKey) {
  const frames = Object.entries(tables).map(([name, rows]) => `${name} <- ${frameInR(rows, inputs)}\n`).join("");
  const given = Object.keys(tables).map((name) => `, ${name} = ${name}`).join("");
  return `${note(needsKey)}library(anops)\n\n${frames}forecast_remote("${base}", h = ${horizon}${levels ? "" : ", level = numeric()"}${given}${which(" = ")})`;
}

function forecastInPython(base, { horizon, ...tables }, levels, needsKey) {
  const frames = Object.entries(tables).map(([name, rows]) => `${name} = ${frameInPython(rows)}\n`).join("");
  const given = Object.keys(tables).map((name) => `, ${name}=${name}`).join("");
  const pandas = frames && "import pandas as pd\n";
  return `${note(needsKey)}import anops\n${pandas}\n${frames}print(anops.Client("${base}"${which("=")}).forecast(${horizon}${levels ? "" : ", level=[]"}${given}))`;
}

function frameInR(rows, inputs) {
  const names = Object.keys(rows[0] || {});
  const columns = names.map((name) => `${nameInR(name)} = ${valueInR(column(rows, name), inputs[name] || {})}`);
  if (names.some((name) => nameInR(name) !== name)) columns.push("check.names = FALSE");
  return `data.frame(${columns.join(", ")})`;
}

function frameInPython(rows) {
  const columns = Object.keys(rows[0] || {}).map((name) => `${JSON.stringify(name)}: ${valueInPython(rows.map((row) => row[name]))}`);
  return `pd.DataFrame({${columns.join(", ")}})`;
}

/** Return the values of a column; that of a single row alone, as one writes it in R. */
function column(rows, name) {
  return rows.length === 1 ? rows[0][name] : rows.map((row) => row[name]);
}

/** Both clients name a model beside the address of its service. */
function named() {
  const found = /^(.*?)(?:\/models\/([^/]+)(?:\/versions\/([^/]+))?)?\/?$/.exec(location.origin + location.pathname);
  return { service: found[1], model: found[2] && decodeURIComponent(found[2]), version: found[3] && decodeURIComponent(found[3]) };
}

function which(is) {
  const { model, version } = named();
  return `${model ? `, model${is}${JSON.stringify(model)}` : ""}${version ? `, version${is}${JSON.stringify(version)}` : ""}`;
}

function note(needsKey) {
  return needsKey ? "# the key is read from the environment variable ANOPS_KEY\n" : "";
}

const RESERVED_IN_R = /^(if|else|repeat|while|function|for|next|break|TRUE|FALSE|NULL|Inf|NaN|NA|NA_\w+_|in)$/;

function nameInR(name) {
  return !RESERVED_IN_R.test(name) && /^[A-Za-z.][A-Za-z0-9._]*$/.test(name) ? name : `\`${name.replaceAll("`", "\\`")}\``;
}

function valueInR(value, spec) {
  if (Array.isArray(value)) return `c(${value.map((each) => valueInR(each, spec)).join(", ")})`;
  if (value === null || value === undefined) return { string: "NA_character_", category: "NA_character_" }[spec.type] || "NA";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function valueInPython(value) {
  if (Array.isArray(value)) return `[${value.map(valueInPython).join(", ")}]`;
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}
