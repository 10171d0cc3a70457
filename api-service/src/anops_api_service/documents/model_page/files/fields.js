// The form that the schema makes: a field for each column and option, with its own error.

import { html, useState } from "./vendor/htm/standalone.module.js";
import { choices, hint, isNumeric, plain, shown, textOf, valueOf } from "./columns.js";

const MOST = 24;

/** A field for each column of a row; of many, those that one looks for. */
export function RowForm({ inputs, row, faults, change }) {
  const [wanted, setWanted] = useState("");
  const all = Object.keys(inputs);
  const wrong = all.filter((name) => faults.some((each) => each.column === name));
  const found = all.filter((name) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const names = all.length > MOST ? [...new Set([...wrong, ...found.slice(0, MOST)])] : all;
  return html`${all.length > MOST &&
    html`<div class="choose"><label>Find a column <input type="search" value=${wanted} onInput=${(event) => setWanted(event.target.value)} /></label>
      <span class="quiet" role="status">${names.length} of ${all.length} columns are shown; the others stay as they are</span></div>`}
    <div class="fields">
      ${names.map(
        (name) =>
          html`<${Field} key=${name} id=${`in-${name}`} name=${name} spec=${inputs[name]} value=${row[name]}
            faults=${faults.filter((each) => each.column === name)}
            change=${(value) => change({ ...row, [name]: value })} />`,
      )}
    </div>`;
}

/** A field for each option of the model. */
export function OptionForm({ options, chosen, faults, change }) {
  const names = Object.keys(options);
  if (names.length === 0) return null;
  return html`<details class="options">
    <summary>Options of the answer</summary>
    <div class="fields">
      ${names.map(
        (name) =>
          html`<${Field} key=${name} id=${`option-${name}`} name=${name}
            spec=${{ ...options[name], missing: "allow" }} value=${chosen[name]}
            empty=${`as usual: ${defaultOf(options[name])}`}
            faults=${faults.filter((each) => each.option === name || (each.message || "").includes(`\`${name}\``))}
            change=${(value) => {
              const made = { ...chosen, [name]: value };
              if (value === null) delete made[name];
              change(made);
            }} />`,
      )}
    </div>
  </details>`;
}

function defaultOf(spec) {
  return Array.isArray(spec.default) ? spec.default.map(shown).join(", ") : shown(spec.default ?? null);
}

function Field({ id, name, spec, value, faults, change, empty = "missing" }) {
  const told = [(spec.description || "").replace(/\.$/, ""), hint(spec)].filter(Boolean).join("; ");
  const described = [told && `${id}-hint`, faults.length && `${id}-fault`].filter(Boolean).join(" ");
  const common = {
    id,
    "aria-describedby": described || undefined,
    "aria-invalid": faults.length ? "true" : undefined,
  };
  return html`<div class=${faults.length ? "field wrong" : "field"}>
    <label for=${id}>${name}${spec.unit && html` <span class="unit">(${spec.unit})</span>`}</label>
    ${input(common, spec, value, change, empty)}
    ${told && html`<small id=${`${id}-hint`}>${told}</small>`}
    ${faults.length > 0 &&
    html`<small class="fault" id=${`${id}-fault`}>${faults.map((each) => plain(each.message)).join(" ")}</small>`}
  </div>`;
}

function input(common, spec, value, change, empty) {
  const all = choices(spec);
  if (all) {
    const single = Array.isArray(value) ? value[0] : value;
    const take = (made) => change(spec.list && made !== null ? [made] : made);
    return html`<select ...${common} value=${textOf(single, spec)}
      onChange=${(event) => take(valueOf(event.target.value, spec))}>
      ${(spec.missing === "allow" || single === null || single === undefined) && html`<option value="">${empty}</option>`}
      ${all.map((each, i) => html`<option value=${String(i)}>${shown(each)}</option>`)}
    </select>`;
  }
  return html`<${TextField} common=${common} spec=${spec} value=${value} change=${change} empty=${empty} />`;
}

/** A field that one writes in. It keeps the text as it is written: `0.` on the way to `0.5` is the number 0 already. */
function TextField({ common, spec, value, change, empty }) {
  const [text, setText] = useState(() => written(value, spec));
  const isSame = JSON.stringify(read(text, spec)) === JSON.stringify(value ?? null);
  return html`<input ...${common} type=${spec.type === "date" && !spec.list ? "date" : "text"}
    inputmode=${isNumeric(spec) && !spec.list ? "decimal" : undefined} autocomplete="off"
    placeholder=${spec.missing === "allow" ? empty : undefined} value=${isSame ? text : written(value, spec)}
    onInput=${(event) => (setText(event.target.value), change(read(event.target.value, spec)))} />`;
}

function read(text, spec) {
  if (!spec.list) return valueOf(text, spec);
  const parts = text.split(/;|,\s|\s/).filter(Boolean);
  return parts.length === 0 ? null : parts.map((each) => valueOf(each, spec));
}

function written(value, spec) {
  return Array.isArray(value) ? value.map((each) => textOf(each, spec)).join("; ") : textOf(value, spec);
}
