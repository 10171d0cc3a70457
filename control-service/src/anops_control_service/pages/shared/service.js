// Asks the control service: a verb is a job, whose end is waited for.

export class Refused extends Error {
  constructor(told) {
    super(told.detail || told.text || "The control service does not answer.");
    this.remedy = told.remedy || "";
    this.code = told.code || "";
  }
}

async function asked(token, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused({ detail: "The control service does not answer.", remedy: "Check whether it still runs." });
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(told);
  return told;
}

export async function projects(token) {
  return (await asked(token, "../v1/projects")).projects;
}

export async function done(token, project, verb, request = {}) {
  const path = `../v1/projects/${encodeURIComponent(project)}/${verb.replaceAll(" ", "/")}?wait=60`;
  let job = await asked(token, path, request);
  while (job.state === "waiting" || job.state === "running" || job.state === "queued") {
    job = await asked(token, `../v1/jobs/${job.id}?wait=60`);
  }
  if (job.result === undefined) throw new Refused(job.problem || { detail: `The job has ended: ${job.state}.` });
  return job.result;
}
