// The head of a page: asks for the token and a project, and looks again when it is asked to.

import { element } from "./drawing.js";
import { projects } from "./service.js";

const at = (id) => document.getElementById(id);
const KEPT = "anops-token";

export function show(id, made) {
  at(id).replaceChildren(...made);
}

export function say(text) {
  at("state").textContent = text;
}

export function fault(error) {
  const made = element("p", { class: "fault" }, element("strong", {}, error.message));
  if (error.remedy) made.append(error.remedy);
  return [made];
}

// Fills what one verb finds; where it is refused, each of its parts says why.
export async function part(ids, find) {
  try {
    await find();
  } catch (error) {
    for (const id of ids) show(id, fault(error));
  }
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

async function looked(token, project, look) {
  say(`Looking at ${project} …`);
  at("found").hidden = false;
  await look(token, project);
  location.hash = new URLSearchParams({ project }).toString();
  for (const other of document.querySelectorAll("nav a")) other.hash = location.hash;
  say(`${project}, ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`);
}

const refused = (error) => say([error.message, error.remedy].filter(Boolean).join(" "));

// look(token, project) fills the page
export function asking(look) {
  at("ask").addEventListener("submit", async (event) => {
    event.preventDefault();
    const token = at("token").value.trim();
    const button = event.target.querySelector("button");
    button.disabled = true;
    try {
      const project = await listed(token);
      if (project) await looked(token, project, look);
    } catch (error) {
      at("found").hidden = true;
      refused(error);
    } finally {
      button.disabled = false;
    }
  });
  at("token").addEventListener("change", () => {
    const token = at("token").value.trim();
    if (token) listed(token).catch(refused);
  });
  at("token").value = sessionStorage.getItem(KEPT) || "";
  if (at("token").value) at("ask").requestSubmit();
}
