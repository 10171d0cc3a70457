// The state of the service while one looks: ready or not, and its figures where they may be read.

import { html, useEffect, useState } from "./vendor/htm/standalone.module.js";
import { figures, readiness } from "./service.js";

const EVERY_MS = 3000;

export function Live({ workers }) {
  const [state, setState] = useState({ ready: true, why: "" });
  const [told, setTold] = useState(null);
  useEffect(() => {
    let before = null, stopped = false, has = true;
    async function look() {
      if (document.hidden) return;
      setState(await readiness());
      const text = has ? await figures() : null;
      has = text !== null;
      if (stopped || !has) return setTold(null);
      const now = { at: performance.now(), ...summed(text) };
      setTold(rates(before, now));
      before = now;
    }
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => ((stopped = true), clearInterval(timer));
  }, []);
  return html`<div class="live" role="status">
    <p><span class=${state.ready ? "dot ready" : "dot"}></span>${state.ready ? "Ready" : `Not ready: ${state.why}`}${workers
      ? `, ${workers} worker${workers === 1 ? "" : "s"}` : ""}</p>
    ${told && html`<dl class="figures">${told.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`}
  </div>`;
}

/** Sum the samples of each metric over their labels. */
function summed(text) {
  const sums = {};
  for (const line of text.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)/.exec(line);
    if (found === null || (found[2] || "").includes("le=")) continue;
    sums[found[1]] = (sums[found[1]] || 0) + Number(found[3]);
  }
  return sums;
}

function rates(before, now) {
  const first = (...names) => names.find((name) => name in now);
  const requests = first("anops_requests_total");
  const seconds = first("anops_request_seconds_sum", "anops_request_duration_seconds_sum");
  const count = seconds?.replace(/_sum$/, "_count");
  const queue = first("anops_queue_length", "anops_queued_requests");
  const told = [];
  if (requests) told.push(["requests", String(now[requests])]);
  if (before && requests) {
    const per = (now[requests] - before[requests]) / ((now.at - before.at) / 1000);
    told.push(["a second", per.toFixed(per < 10 ? 1 : 0)]);
  }
  if (before && seconds && now[count] > before[count]) {
    const mean = ((now[seconds] - before[seconds]) / (now[count] - before[count])) * 1000;
    told.push(["mean time", `${mean.toFixed(mean < 10 ? 1 : 0)} ms`]);
  }
  if (queue) told.push(["waiting", String(now[queue])]);
  return told.length ? told : null;
}
