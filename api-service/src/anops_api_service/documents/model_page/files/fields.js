// The form that the schema makes: a field for each column and option, with its own error.

import { html } from "./vendor/htm/standalone.module.js";
import { choices, hint, isNumeric, shown, textOf, valueOf } from "./columns.js";

/** A field for each column of a row. */
export function RowForm({ inputs, row, faults, change }) {
  return html`<div class="fields">
    ${Object.entries(inputs).map(
      ([name, spec]) =>
        html`<${Field} key=${name} id=${`in-${name}`} name=${name} spec=${spec} value=${row[name]}
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
              const made = { ...chosen, [name]: listed(value, options[name]) };
              if (value === null) delete made[name];
              change(made);
            }} />`,
      )}
    </div>
  </details>`;
}

function listed(value, spec) {
  return spec.list && value !== null && !Array.isArray(value) ? [value] : value;
}

function defaultOf(spec) {
  return Array.isArray(spec.default) ? spec.default.map(shown).join(", ") : shown(spec.default ?? null);
}

function Field({ id, name, spec, value, faults, change, empty = "missing" }) {
  const told = [spec.description, hint(spec)].filter(Boolean).join("; ");
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
    return html`<select ...${common} value=${textOf(value, spec)}
      onChange=${(event) => change(valueOf(event.target.value, spec))}>
      ${spec.missing === "allow" && html`<option value="">${empty}</option>`}
      ${all.map((each, i) => html`<option value=${String(i)}>${shown(each)}</option>`)}
    </select>`;
  }
  const single = Array.isArray(value) ? value[0] : value;
  const type = { date: "date", datetime: "text" }[spec.type] || "text";
  return html`<input ...${common} type=${type} inputmode=${isNumeric(spec) ? "decimal" : undefined} autocomplete="off"
    placeholder=${spec.missing === "allow" ? empty : undefined} value=${single ?? ""}
    onInput=${(event) => change(valueOf(event.target.value, spec))} />`;
}

function plain(message) {
  return (message || "").replaceAll("`", "");
}
