// Draws by uPlot: lines with a band, and counts.

import { html, useEffect, useRef } from "./vendor/htm/standalone.module.js";
import { shown } from "./columns.js";

const COLORS = ["#0b6bcb", "#c2410c", "#15803d", "#7e22ce", "#b45309", "#0f766e"];
const DARK = ["#7cb7ff", "#ffb088", "#7fdca0", "#d3a5ff", "#ffd27a", "#7fe0d6"];

/** Return the colour of the i-th line. */
export function colour(i) {
  return (isDark() ? DARK : COLORS)[i % COLORS.length];
}

function isDark() {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Lines over a column, each with its band where it has one.
 *
 * @param x The values of the column: numbers, or texts that are drawn side by side.
 * @param here Where the row of the form stands on the axis.
 * @param lines What is drawn: `{label, y, lower, upper}`, with an entry for each value of x.
 */
export function Lines({ x, lines, label, here, describe }) {
  const isText = x.some((each) => typeof each !== "number");
  const places = isText ? x.map((_, i) => i) : x;
  const levels = levelsOf(lines);
  const at = (y) => (levels ? y.map((each) => (each === null ? null : levels.indexOf(each))) : y);
  return html`<${Plot} describe=${describe} signature=${JSON.stringify([x, lines, label, here])}
    make=${(width) => lineOptions(width, { x, isText, lines, levels, label, here })}
    data=${[places, ...lines.flatMap((line) => (line.lower ? [line.y, line.lower, line.upper] : [at(line.y)]))]} />`;
}

/** Return the classes that lines go through, or null where they go through numbers. */
function levelsOf(lines) {
  const all = lines.flatMap((line) => line.y).filter((each) => each !== null);
  return all.some((each) => typeof each !== "number") ? [...new Set(all)].sort() : null;
}

function lineOptions(width, { x, isText, lines, levels, label, here }) {
  const series = [{}], bands = [];
  lines.forEach((line, i) => {
    const few = x.length < 25;
    const stroke = colour(i), points = { show: (isText && few) || levels !== null || x.length < 12, size: 7 };
    series.push({ label: line.label, stroke, width: levels ? 0 : 2, points: { ...points, fill: stroke } });
    if (line.lower) {
      const at = series.length;
      const edge = { stroke: `${stroke}66`, width: 1, points: { show: isText && few, size: 4 } };
      series.push({ ...edge, label: `${line.label}, lower` }, { ...edge, label: `${line.label}, upper` });
      bands.push({ series: [at + 1, at], fill: `${stroke}26` });
    }
  });
  return {
    ...common(width),
    series,
    bands,
    scales: {
      x: { time: false, ...(isText && { range: [-0.5, x.length - 0.5] }) },
      ...(levels && { y: { range: [-0.5, levels.length - 0.5] } }),
    },
    axes: [
      {
        ...axis(), label, labelSize: 22,
        ...(isText && {
          splits: () => x.map((_, i) => i).filter((i) => i % apart(x, width) === 0),
          values: (_, at) => at.map((i) => (Number.isInteger(i) ? shown(x[i]) : "")),
        }),
      },
      {
        ...axis(), size: 64,
        ...(levels && {
          size: 16 + 8 * Math.max(...levels.map((each) => String(each).length)),
          splits: () => levels.map((_, i) => i),
          values: (_, at) => at.map((i) => String(levels[i] ?? "")),
        }),
      },
    ],
    hooks: { draw: typeof here !== "number" ? [] : [(plot) => mark(plot, here)] },
  };
}

/** Return how many places a text below the axis takes, so that none lies over the next. */
function apart(texts, width) {
  return Math.ceil((texts.reduce((sum, each) => sum + String(each).length + 2, 0) * 7) / Math.max(width - 80, 100));
}

/** Draw where the row of the form stands. */
function mark(plot, value) {
  const at = plot.valToPos(value, "x", true);
  const { left, top, width, height } = plot.bbox;
  if (at < left || at > left + width) return;
  plot.ctx.save();
  plot.ctx.strokeStyle = axis().stroke;
  plot.ctx.setLineDash([4, 4]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(at, top);
  plot.ctx.lineTo(at, top + height);
  plot.ctx.stroke();
  plot.ctx.restore();
}

/** How often each value, or each range of values, comes. */
export function Counts({ bins, label, describe }) {
  return html`<${Plot} describe=${describe} signature=${JSON.stringify(bins)}
    make=${(width) => ({
      ...common(width),
      series: [{}, {
        label: "rows", stroke: colour(0), fill: `${colour(0)}55`, paths: uPlot.paths.bars({ size: [0.9] }),
        points: { show: false },
      }],
      scales: { x: { time: false, range: [-0.7, bins.length - 0.3] }, y: { range: (_, __, most) => [0, most * 1.05] } },
      axes: [
        {
          ...axis(), label, labelSize: 22,
          splits: () => bins.map((_, i) => i).filter((i) => i % Math.ceil(bins.length / 8) === 0),
          values: (_, at) => at.map((i) => bins[i]?.label ?? ""),
        },
        { ...axis(), size: 56 },
      ],
    })}
    data=${[bins.map((_, i) => i), bins.map((each) => each.count)]} />`;
}

function common(width) {
  return { width, height: 280, pxAlign: 0, legend: { show: false }, cursor: { drag: { x: false, y: false } } };
}

function axis() {
  const style = getComputedStyle(document.documentElement);
  return {
    stroke: style.getPropertyValue("--text").trim(),
    grid: { stroke: style.getPropertyValue("--line").trim(), width: 1 },
    ticks: { stroke: style.getPropertyValue("--line").trim(), width: 1 },
    font: "12px system-ui, sans-serif",
    labelFont: "13px system-ui, sans-serif",
  };
}

function Plot({ make, data, describe, signature }) {
  const place = useRef(null);
  useEffect(() => {
    const target = place.current;
    const width = () => Math.max(240, target.clientWidth);
    let plot = new uPlot(make(width()), data, target);
    const again = () => {
      plot.destroy();
      plot = new uPlot(make(width()), data, target);
    };
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", again);
    const observer = new ResizeObserver(() => {
      if (Math.abs(plot.width - width()) > 1) plot.setSize({ width: width(), height: 280 });
    });
    observer.observe(target);
    return () => {
      scheme.removeEventListener("change", again);
      observer.disconnect();
      plot.destroy();
    };
  }, [signature]);
  return html`<div class="plot" role="img" aria-label=${describe} ref=${place}></div>`;
}

/** What the colours mean, where there are several. */
export function Legend({ lines }) {
  if (lines.length < 2) return null;
  return html`<ul class="legend">
    ${lines.map((line, i) => html`<li><span class=${`swatch line-${i % COLORS.length}`}></span>${line.label}</li>`)}
  </ul>`;
}
