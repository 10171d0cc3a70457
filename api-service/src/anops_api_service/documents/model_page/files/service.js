// Asks the service that this page is of: its model, its state, its predictions.

const KEY = "anops-key";
const SERVICE = location.pathname.replace(/\/models\/.*$/, "/");

/** What the service refuses, as it says it. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `The service answered with status ${status}.`);
    this.status = status;
    this.remedy = problem.remedy || "";
    this.faults = problem.errors || [];
    this.more = problem.more || 0;
  }
}

/** Keep a key for as long as this tab is open. */
export function useKey(key) {
  sessionStorage.setItem(KEY, key);
}

export function hasKey() {
  return sessionStorage.getItem(KEY) !== null;
}

export async function theModel() {
  return (await asked("model")).json();
}

/** Return whether the model is ready, and why not. */
export async function readiness() {
  try {
    const answer = await fetch("health/ready", { cache: "no-store" });
    const told = await answer.json().catch(() => ({}));
    return { ready: answer.ok, why: answer.ok ? "" : told.detail || told.status || "not ready" };
  } catch {
    return { ready: false, why: "The service can't be reached." };
  }
}

/** Return the service's figures as text in Prometheus' form, or null where there are none for this key. */
export async function figures() {
  try {
    const answer = await fetch(`${SERVICE}metrics`, { headers: authorized(), cache: "no-store" });
    return answer.ok && (answer.headers.get("content-type") || "").startsWith("text/plain") ? answer.text() : null;
  } catch {
    return null;
  }
}

/** Predict rows.
 *
 * @param rows An array of objects, column by column.
 * @param options The options of the model, by name.
 */
export async function predict(rows, options, signal) {
  const answer = await asked("predict", {
    method: "POST",
    signal,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ data: rows, options }),
  });
  return answer.json();
}

/** Forecast a time series; `body` is that of POST /forecast. */
export async function forecast(body, signal) {
  const headers = { "content-type": "application/json" };
  return (await asked("forecast", { method: "POST", signal, headers, body: JSON.stringify(body) })).json();
}

/** Return what was observed of a series, in order; nothing where it is not kept, or this key may not see it. */
export async function observations(key, signal) {
  const query = new URLSearchParams(Object.entries(key)).toString();
  try {
    return (await (await asked(`observations${query && "?"}${query}`, { signal })).json()).observations;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return [];
  }
}

/** Predict the rows of a CSV file; the answer has the predictions in the file's order. */
export async function predictFile(file, options) {
  const query = new URLSearchParams(Object.entries(options)).toString();
  const answer = await asked(`predict${query && "?"}${query}`, {
    method: "POST",
    headers: { "content-type": "text/csv", accept: "application/json" },
    body: file,
  });
  return answer.json();
}

async function asked(path, how = {}) {
  let answer;
  try {
    answer = await fetch(path, { ...how, headers: { ...how.headers, ...authorized() }, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, { detail: "The service can't be reached.", remedy: "Check whether it still runs." });
  }
  if (answer.ok) return answer;
  throw new Refusal(answer.status, await answer.json().catch(() => ({})));
}

function authorized() {
  const key = sessionStorage.getItem(KEY);
  return key === null ? {} : { authorization: `Bearer ${key}` };
}
