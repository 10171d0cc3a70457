// The page: asks for the token, then shows what the verbs of monitoring find of a project.

import * as parts from "./parts.js";
import { done, projects } from "./service.js";

const at = (id) => document.getElementById(id);
const KEPT = "anops-token";

function show(id, made) {
  at(id).replaceChildren(...made);
}

function say(text) {
  at("state").textContent = text;
}

async function listed(token) {
  const names = (await projects(token)).map((each) => each.name ?? each);
  const chosen = at("project").value || new URLSearchParams(location.hash.slice(1)).get("project");
  at("project").replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  at("project").disabled = !names.length;
  sessionStorage.setItem(KEPT, token);
  say(names.length ? "Choose a project." : "The service has no project yet.");
  return at("project").value;
}

async function part(ids, find) {
  try {
    await find();
  } catch (error) {
    for (const id of ids) show(id, parts.fault(error));
  }
}

async function look(token, project) {
  const since = at("since").value;
  say(`Looking at ${project} …`);
  at("found").hidden = false;
  await part(["alerts"], async () => show("alerts", parts.alerts(await done(token, project, "monitor incidents"))));
  await part(["versions"], async () => {
    const status = await done(token, project, "monitor status");
    show("versions", parts.versions(status, await registered(token, project, status)));
  });
  await part(["findings", "drift", "performance"], async () => {
    const report = await done(token, project, "monitor report", since ? { since } : {});
    show("findings", parts.findings(report));
    show("drift", parts.drift(report));
    show("performance", parts.performance(report));
  });
  location.hash = new URLSearchParams({ project }).toString();
  say(`${project}, ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`);
}

async function registered(token, project, status) {
  const model = status.fits.at(-1)?.model;
  try {
    return model ? (await done(token, project, "model list", { model })).versions : [];
  } catch {
    return []; // nothing is registered, or no registry is there
  }
}

at("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  const token = at("token").value.trim();
  const button = event.target.querySelector("button");
  button.disabled = true;
  try {
    const project = await listed(token);
    if (project) await look(token, project);
  } catch (error) {
    at("found").hidden = true;
    say([error.message, error.remedy].filter(Boolean).join(" "));
  } finally {
    button.disabled = false;
  }
});

at("token").addEventListener("change", () => {
  const token = at("token").value.trim();
  if (token) listed(token).catch((error) => say([error.message, error.remedy].filter(Boolean).join(" ")));
});

at("token").value = sessionStorage.getItem(KEPT) || "";
if (at("token").value) at("ask").requestSubmit();
