// The page: shows what the verbs of monitoring find of a project.

import { asking, part, show } from "./asking.js";
import * as parts from "./parts.js";
import { done } from "./service.js";

async function registered(token, project, status) {
  const model = status.fits.at(-1)?.model;
  try {
    return model ? (await done(token, project, "model list", { model })).versions : [];
  } catch {
    return []; // nothing is registered, or no registry is there
  }
}

asking(async (token, project) => {
  const since = document.getElementById("since").value;
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
});
