// The state of the service while one looks: ready or not, and its figures where they may be read.

import { html, useEffect, useState } from "./vendor/htm/standalone.module.js";
import { figures, readiness } from "./service.js";

const EVERY_MS = 3000;

export function Live({ name, workers }) {
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
      const now = { at: performance.now(), ...summed(text, name) };
      setTold(rates(before, now));
      before = now;
    }
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => ((stopped = true), clearInterval(timer));
  }, []);
  return html`<div class="live" role="status">
    <p><span class=${state.ready ? "dot ready" : "dot"}></span>${state.ready ? "Ready" : `Not ready: ${state.why}`}${workers && !told
      ? `, ${workers} worker${workers === 1 ? "" : "s"}` : ""}</p>
    ${told && html`<dl class="figures">${told.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`}
  </div>`;
}

/** Sum the samples of each metric of a model over their other labels. */
function summed(text, name) {
  const sums = {}, own = `model=${JSON.stringify(name)}`;
  for (const line of text.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)\{(.*)\} (\S+)/.exec(line);
    if (found === null || found[2].includes("le=") || !found[2].includes(own)) continue;
    sums[found[1]] = (sums[found[1]] || 0) + Number(found[3]);
  }
  return sums;
}

function rates(before, now) {
  const since = (name) => (now[name] || 0) - (before?.[name] || 0);
  const told = [["requests", String(now.anops_requests_total || 0)]];
  if (before) {
    const per = since("anops_requests_total") / ((now.at - before.at) / 1000);
    told.push(["a second", per.toFixed(per < 10 ? 1 : 0)]);
    const count = since("anops_request_seconds_count");
    if (count > 0) {
      const mean = (since("anops_request_seconds_sum") / count) * 1000;
      told.push(["mean time", `${mean.toFixed(mean < 10 ? 1 : 0)} ms`]);
    }
  }
  told.push(["waiting or under way", String(now.anops_queue_requests || 0)]);
  if ("anops_workers_ready" in now) told.push(["workers ready", `${now.anops_workers_ready} of ${now.anops_workers_wanted}`]);
  return told;
}
