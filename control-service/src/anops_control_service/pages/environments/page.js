// The page: shows what `ao deploy status` knows of the environments of a project, and which versions there are.

import { asking, part, show } from "./asking.js";
import * as parts from "./parts.js";
import { done } from "./service.js";

async function registered(token, project) {
  const { models } = await done(token, project, "model list");
  const found = [];
  for (const { name } of models) found.push(...(await done(token, project, "model list", { model: name })).versions);
  return found;
}

asking(async (token, project) => {
  show("each", []);
  let environments = [];
  await part(["all"], async () => {
    ({ environments } = await done(token, project, "deploy status"));
    show("all", parts.overview(environments));
    show("each", environments.map(parts.environment));
  });
  await part(["versions"], async () => show("versions", parts.versions(await registered(token, project), environments)));
});
