// The parts of the page: all environments in a table, one by one in sections, and the registered versions.

import { fault } from "./asking.js";
import { element, moment, percent, table } from "./drawing.js";

const STATES = { up: "ended", down: "quiet", drifted: "warning", changing: "warning", unfinished: "open", gone: "open", unknown: "open" };
const DECIDED = { passed: "ended", approved: "ended", waiting: "warning", refused: "open", rejected: "open" };
const quiet = (text) => element("p", { class: "quiet" }, text);
const model = (told) => (told ? `${told.name}/${told.number}` : "–");

export function overview(environments) {
  if (!environments.length) return [quiet("The project has no environment: ao.toml has no [deployment.NAME].")];
  const rows = environments.map((each) => [
    element("a", { href: `#environment-${each.environment}`, "data-jump": "" }, each.environment),
    { text: each.state, class: STATES[each.state] },
    model(each.model), each.model?.version ?? "–", each.provider ?? "–", each.url ? link(each.url) : "–",
    { text: each.waiting.length ? "waits for approval" : "", class: "warning" },
  ]);
  const made = table("What runs in each environment",
    ["Environment", "State", "Runs", "Version", "Provider", "Address", "Promotion"], rows);
  made.addEventListener("click", jump);
  return [made];
}

// the hash of the address names the project, so a jump must not replace it
function jump(event) {
  const to = event.target.closest("[data-jump]");
  if (!to) return;
  event.preventDefault();
  const section = document.getElementById(to.hash.slice(1));
  section.scrollIntoView();
  section.querySelector("h2").focus();
}

function link(url) {
  return element("a", { href: url, rel: "noreferrer" }, url);
}

export function environment(told) {
  const id = `environment-${told.environment}`;
  return element("section", { id, "aria-labelledby": `h-${id}` },
    element("h2", { id: `h-${id}`, tabindex: "-1" }, told.environment),
    ...standing(told), ...gates(told), ...promotions(told), ...history(told));
}

function standing(told) {
  if (told.state === "down") return [quiet("It is down.")];
  if (told.state === "unknown") return fault({ message: told.why, remedy: told.remedy });
  const why = told.why ? `: ${told.why}` : "";
  const made = [element("p", {},
    element("strong", { class: STATES[told.state] }, `${told.state}${why}`),
    ` · ${model(told.model)}, version ${told.model.version}, ${told.model.digest.slice(0, 19)} · ${told.provider}`)];
  if (told.challenger) {
    const beside = told.challenger;
    const how = beside.shadow ? "as a shadow" : `with ${percent(beside.share)} of the requests`;
    made.push(element("p", {}, `Challenger: ${model(beside.model)}, ${how}`));
  }
  if (told.drift.length) {
    made.push(element("p", { class: "warning" }, "Different from what was deployed:"),
      element("ul", {}, ...told.drift.map((each) => element("li", {}, each))));
  }
  if (told.replicas.length) {
    const rows = told.replicas.map((each) => [each.name,
      { text: each.state, class: each.state === "answers" ? "ended" : "warning" }, each.version]);
    made.push(table(`Copies in ${told.environment}`, ["Copy", "State", "Version"], rows));
  }
  return made;
}

function gates(told) {
  if (told.state === "unknown") return [];
  if (!told.gates.length) return [quiet("Nothing can be promoted into it: in ao.toml it names no alias as its model.")];
  const asked = told.gates.map((each) => element("li", {}, each));
  if (told.approvers.length) asked.push(element("li", {}, `approval by ${told.approvers.join(" or ")}`));
  return [element("h3", {}, "Gates"), element("ul", {}, ...asked)];
}

function promotions(told) {
  if (!told.promotions.length) return [];
  const rows = told.promotions.toReversed().map((each) => [
    moment(each.begun), each.version, each.from, { text: each.state, class: DECIDED[each.state] || "quiet" },
    element("ul", { class: "findings" }, ...each.gates.map(shown)),
    each.decision ? decision(each) : "",
  ]);
  const made = [element("h3", {}, "Promotions and approvals")];
  if (told.waiting.length) {
    made.push(element("p", { class: "fault" },
      element("strong", {}, `Version ${told.waiting.at(-1).version} waits for approval.`),
      "With your key: ", element("code", {}, `ao deploy approve ${told.environment} --key-file FILE`)));
  }
  made.push(table(`Promotions into ${told.environment}, the last one first; times are in UTC`,
    ["Begun", "Version", "From", "State", "What its gates showed", "Decided"], rows));
  return made;
}

function shown(gate) {
  return element("li", {}, element("strong", { class: gate.passed ? "ended" : "open" }, gate.passed ? "passed" : "not passed"),
    ` ${gate.gate}: ${gate.says}`);
}

function decision({ state, decision: { by, at, comment } }) {
  return `${state} by ${by}, ${moment(at)}${comment ? `: ${comment}` : ""}`;
}

function history(told) {
  if (!told.history.length) return [];
  const rows = told.history.toReversed().map((each) => [
    { text: each.serial, class: "n" }, moment(each.at), model(each.model), each.model.version, each.how,
  ]);
  return [element("h3", {}, "History"),
    table(`Changes of ${told.environment}, the last one first`, ["Change", "At", "Ran", "Version", "By"], rows)];
}

export function versions(listed, environments) {
  if (!listed.length) return [quiet("No version is registered.")];
  const runsIn = (each) => environments
    .filter((one) => one.state !== "down" && one.model?.name === each.model && one.model?.number === each.version)
    .map((one) => one.environment).join(", ");
  const rows = listed.map((each) => [each.model, each.version, each.project_version, each.aliases.join(", "), runsIn(each),
    each.digest.slice(7, 19), moment(new Date(each.created).toISOString()), each.description]);
  return [table("Versions, and where each runs",
    ["Model", "Number", "Version", "Aliases", "Runs in", "Digest", "Registered", "About"], rows)];
}
