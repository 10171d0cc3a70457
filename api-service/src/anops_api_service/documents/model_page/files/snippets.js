// The request of the form as one writes it in a terminal, in R and in Python.

import { html, useRef, useState } from "./vendor/htm/standalone.module.js";

export function Snippets({ model, row, options, needsKey }) {
  const base = location.href.replace(/[?#].*/, "").replace(/\/$/, "");
  const texts = {
    curl: curl(base, row, options, needsKey),
    R: inR(named().service, model, row, options, needsKey),
    Python: inPython(named().service, row, options, needsKey),
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

function curl(base, row, options, needsKey) {
  const body = JSON.stringify({ data: [row], ...(Object.keys(options).length && { options }) });
  const key = needsKey ? ' \\\n  --header "authorization: Bearer $ANOPS_KEY"' : "";
  return `curl '${base}/predict' \\\n  --header 'content-type: application/json'${key} \\\n  --data '${body.replaceAll("'", "'\\''")}'`;
}

function inR(base, model, row, options, needsKey) {
  const values = Object.entries(row).map(([name, value]) => `${nameInR(name)} = ${valueInR(value, model.schema.inputs[name])}`);
  if (Object.keys(row).some((name) => nameInR(name) !== name)) values.push("check.names = FALSE");
  const asked = Object.entries(options).map(([name, value]) => `, ${nameInR(name)} = ${valueInR(value, {})}`).join("");
  return `${note(needsKey)}library(anops)\n\nrows <- data.frame(${values.join(", ")})\npredict_remote("${base}", rows${asked}${which(" = ")})`;
}

function inPython(base, row, options, needsKey) {
  const values = Object.entries(row).map(([name, value]) => `${JSON.stringify(name)}: [${valueInPython(value)}]`);
  const asked = Object.entries(options).map(([name, value]) => /^[A-Za-z_]\w*$/.test(name) ? `, ${name}=${valueInPython(value)}` : `, **{${JSON.stringify(name)}: ${valueInPython(value)}}`).join("");
  return `${note(needsKey)}import anops\nimport pandas as pd\n\nrows = pd.DataFrame({${values.join(", ")}})\nprint(anops.Client("${base}"${which("=")}).predict(rows${asked}))`;
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
