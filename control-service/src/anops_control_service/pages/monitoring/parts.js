// The parts of the page, each of what one verb has found.

import { element, lines, moment, number, percent, span, table } from "./drawing.js";

const weekOf = (window) => window.name.replace("week of ", "");
const p = (value) => (value === null || value === undefined ? "–" : value < 0.001 ? "< 0.001" : value.toFixed(3));

export function findings(report) {
  const said = report.findings.map((each) => element("li", {}, each.says));
  const made = [
    element("p", { class: "quiet" }, `${report.rows} rows in ${report.requests} requests, ${report.outcomes} with their outcome`),
    said.length ? element("ul", { class: "findings" }, ...said) : element("p", { class: "none" }, report.says),
  ];
  if (report.notes.length) {
    const notes = report.notes.map((each) => element("li", {}, each));
    made.push(element("ul", { class: "notes quiet" }, ...notes));
  }
  return made;
}

export function alerts(found) {
  if (!found.incidents.length) return [element("p", { class: "quiet" }, "There has been no incident.")];
  const rows = found.incidents.map((each) => [
    { text: each.ended ? "ended" : "open", class: each.ended ? "ended" : "open" },
    { text: each.severity, class: each.severity },
    each.alert, each.says, moment(each.started), moment(each.ended), each.retrained ? moment(each.retrained) : "",
  ]);
  return [table("Incidents, the open ones first; times are in UTC",
    ["State", "Severity", "Alert", "What", "Began", "Ended", "Refitted"], rows)];
}

export function drift(report) {
  const windows = report.weeks;
  const rows = ["columns", "predictions"].flatMap((part) => report.whole[part].map((each) => {
    const weeks = windows.map((window) => ({
      at: weekOf(window),
      value: window[part].find((other) => other.column === each.column)?.distance?.value ?? null,
    }));
    const measure = each.distance === null ? "" : each.distance.measure === "psi" ? "PSI" : "JSD";
    const drawn = weeks.some((week) => week.value !== null)
      ? lines(`${measure} of ${each.column} by week: ${weeks.map((week) => number(week.value)).join(", ")}`, weeks,
        { width: 130, height: 34, plain: true })
      : "";
    const share = (what) => ({ text: each[what] === null ? "–" : percent(each[what].share), class: "n" });
    return [
      part === "predictions" ? `${each.column} (predicted)` : each.column,
      { text: each.verdict, class: each.verdict },
      each.distance === null ? each.skipped : `${measure} ${number(each.distance.value)}${span(each.distance.interval)}`,
      { text: p(each.test?.p_corrected), class: "n" },
      share("missing"), share("novel"), share("outside"),
      drawn,
    ];
  }));
  return [
    table("Against the baseline; p values are corrected for all columns",
      ["Column", "Change", "Distance", "p", "Missing", "New levels", "Outside", "By week"], rows),
    element("p", { class: "quiet" }, `Baseline: ${report.baseline.rows} rows of ${report.baseline.source}, ${moment(report.baseline.made)}`),
  ];
}

export function performance(report) {
  const known = [...new Set(report.weeks.flatMap((week) => (week.performance?.metrics || []).map((each) => each.metric)))];
  if (!known.length) {
    const why = report.whole.performance?.skipped || "no outcome is known yet";
    const estimate = (report.whole.estimate?.metrics || []).map((each) => `${each.metric} ${number(each.value)}${span(each.interval)}`);
    return [
      element("p", { class: "quiet" }, `There is nothing to draw: ${why}.`),
      ...(estimate.length ? [element("p", {}, `Estimated without outcomes: ${estimate.join(", ")}.`)] : []),
    ];
  }
  return [...known.flatMap((metric) => ofMetric(report, metric)), ...coverage(report)];
}

function ofMetric(report, metric) {
  const of = (found) => (found?.metrics || []).find((each) => each.metric === metric);
  const before = of(report.whole.baseline_performance)?.value ?? null;
  const points = report.weeks.map((week) => {
    const found = of(week.performance);
    return { at: weekOf(week), value: found?.value ?? null, interval: found?.interval ?? null, rows: week.performance?.rows ?? 0 };
  });
  const label = `${metric} by week, with its 95 % interval${before === null ? "" : "; dashed: on the baseline"}`;
  const rows = points.map((each) => [each.at, { text: `${number(each.value)}${span(each.interval)}`, class: "n" }]);
  if (before !== null) rows.push(["baseline", { text: number(before), class: "n" }]);
  return [element("div", { class: "figure" }, lines(label, points, { before }), table(label, ["Week of", metric], rows))];
}

function coverage(report) {
  if (!report.whole.coverage.length) return [];
  const rows = report.whole.coverage.map((each) => [
    `${each.kind} ${percent(each.promised)}`,
    { text: `${percent(each.share)}${span(each.interval, percent)}`, class: "n" },
    each.skipped || each.verdict,
  ]);
  return [table("Promised intervals, and how many outcomes lie in them", ["Promised", "Held", "Verdict"], rows)];
}

export function versions(status, listed) {
  const fits = status.fits.map((each) => [
    each.version, each.digest.slice(7, 19), { text: each.rows, class: "n" }, { text: each.requests, class: "n" },
    moment(each.first), moment(each.last),
  ]);
  const made = [fits.length
    ? table("Fits that have predicted", ["Version", "Digest", "Rows", "Requests", "First", "Last"], fits)
    : element("p", { class: "quiet" }, "No prediction is in the log yet.")];
  if (listed?.length) {
    const rows = listed.map((each) => [each.version, each.aliases.join(", "), each.project_version,
      each.digest.slice(7, 19), moment(new Date(each.created).toISOString()), each.description]);
    made.push(table("Registered versions", ["Number", "Aliases", "Version", "Digest", "Registered", "About"], rows));
  }
  return made;
}
