"""Draws a calibration as SVG: distances by proposal and by parameter, and what was observed beside the best fit."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _EDGE, _COLUMNS = 320, 220, 46, 2
_TICKS = 3
_SHOWN = 0.9
"""The share of proposals, from the best on, that the height shows: one that is far off would flatten all others."""


def drawn(rows: Sequence[Mapping[str, Any]], report: Mapping[str, Any]) -> str:
    """Return the drawing."""
    done = [each for each in rows if each["state"] == "done"]
    panels = [_losses(done)] if done else []
    panels += [_parameter(done, each) for each in report["estimates"] if type(each["estimate"]) in {int, float}]
    panels += [_fit(name, told) for name, told in report["fit"].items()]
    lines = -(-len(panels) // _COLUMNS)
    width, height = _WIDTH * min(_COLUMNS, max(len(panels), 1)), _HEIGHT * max(lines, 1)
    placed = "".join(
        f'<g transform="translate({_WIDTH * (at % _COLUMNS)},{_HEIGHT * (at // _COLUMNS)})">{panel}</g>'
        for at, panel in enumerate(panels)
    )
    style = "text{font:11px sans-serif;fill:#333}.m{font-weight:bold}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<style>{style}</style><rect width='100%' height='100%' fill='white'/>{placed}</svg>\n"
    )


def _losses(done: Sequence[Mapping[str, Any]]) -> str:
    points = [(float(each["number"]), float(each["loss"])) for each in done]
    return _panel("Distance by proposal", "proposal", points, _low(points))


def _parameter(done: Sequence[Mapping[str, Any]], told: Mapping[str, Any]) -> str:
    name = told["parameter"]
    points = [(float(each["params"][name]), float(each["loss"])) for each in done]
    title = f"Distance by {name}"
    band = None if told["low"] is None else (float(told["low"]), float(told["high"]))
    return _panel(title, name, points, _low(points), band=band, line=float(told["estimate"]))


def _fit(name: str, told: Mapping[str, Any]) -> str:
    observed, simulated = told["observed"], told["simulated"]
    points = [(float(at), value) for at, value in enumerate(observed, 1)]
    fitted = [(float(at), value) for at, value in enumerate(simulated, 1)]
    values = [value for _, value in points + fitted]
    return _panel(f"{name}: observed (dots) and best fit", "", points, (min(values), max(values)), fitted=fitted)


def _low(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    losses: list[float] = sorted(loss for _, loss in points)
    return losses[0], losses[max(0, int(len(losses) * _SHOWN) - 1)]


def _panel(
    title: str, under: str, points: Sequence[tuple[float, float]], heights: tuple[float, float], *,
    band: tuple[float, float] | None = None, line: float | None = None,
    fitted: Sequence[tuple[float, float]] = (),
) -> str:  # fmt: skip
    across: list[float] = [x for x, _ in points] + [*(band or ())]
    left, right = min(across), max(across)
    low, high = heights
    wide, tall = right - left or 1.0, high - low or 1.0

    def x(value: float) -> float:
        return _EDGE + (value - left) / wide * (_WIDTH - _EDGE - 16)

    def y(value: float) -> float:
        return _HEIGHT - 40.0 - (min(value, high) - low) / tall * (_HEIGHT - 74)

    made = [f'<text class="m" x="{_EDGE}" y="18">{escape(title)}</text>']
    if band is not None:
        start, end = x(band[0]), x(band[1])
        made.append(f'<rect x="{start:.1f}" y="30" width="{end - start:.1f}" height="{_HEIGHT - 70}" fill="#dce9f5"/>')
    if line is not None:
        made.append(f'<line x1="{x(line):.1f}" x2="{x(line):.1f}" y1="30" y2="{_HEIGHT - 40}" stroke="#1f5a93"/>')
    if fitted:
        path = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in fitted)
        made.append(f'<polyline points="{path}" fill="none" stroke="#1f5a93" stroke-width="2"/>')
        made += [f'<circle cx="{x(at):.1f}" cy="{y(value):.1f}" r="4" fill="none" stroke="#1f5a93"/>'
                 for at, value in fitted if len(fitted) == 1]  # fmt: skip
    made += [
        f'<circle cx="{x(at):.1f}" cy="{y(value):.1f}" r="2.5" fill="#b3432b" fill-opacity="0.6"/>'
        for at, value in points
    ]
    made.append(f'<path d="M{_EDGE},30V{_HEIGHT - 40}H{_WIDTH - 16}" fill="none" stroke="#999"/>')
    for step in range(_TICKS):
        at, level = left + wide * step / (_TICKS - 1), low + tall * step / (_TICKS - 1)
        made.append(f'<text x="{x(at):.1f}" y="{_HEIGHT - 26}" text-anchor="middle">{at:.3g}</text>')
        made.append(f'<text x="{_EDGE - 4}" y="{y(level) + 4:.1f}" text-anchor="end">{level:.3g}</text>')
    made.append(f'<text x="{(_WIDTH + _EDGE) / 2}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(under)}</text>')
    return "".join(made)
