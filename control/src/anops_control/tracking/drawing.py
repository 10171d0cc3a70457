"""Draws series of numbers as SVG, which every browser shows: lines over steps, with a legend."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDE, _HIGH, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 420, 70, 40, 20, 50
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's, which people with any colour vision tell apart."""


def drawn(title: str, series: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """Return a drawing; what is not finite is a gap."""
    points = [point for each in series.values() for point in each if math.isfinite(point[1])]
    low_x, high_x = _range([step for step, _ in points])
    low_y, high_y = _range([value for _, value in points])

    def x_of(step: float) -> float:
        return _LEFT + (step - low_x) / (high_x - low_x) * (_WIDE - _LEFT - _RIGHT)

    def y_of(value: float) -> float:
        return _HIGH - _BOTTOM - (value - low_y) / (high_y - low_y) * (_HIGH - _TOP - _BOTTOM)

    head = f'viewBox="0 0 {_WIDE} {_HIGH + 20 * len(series)}" font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {head}>',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_LEFT}" y="24" font-size="16">{escape(title)}</text>',
    ]
    for part in range(5):
        value, step = low_y + (high_y - low_y) * part / 4, low_x + (high_x - low_x) * part / 4
        parts += [
            f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y_of(value):.1f}" y2="{y_of(value):.1f}" stroke="#ddd"/>',
            f'<text x="{_LEFT - 6}" y="{y_of(value) + 4:.1f}" text-anchor="end">{value:.4g}</text>',
            f'<text x="{x_of(step):.1f}" y="{_HIGH - _BOTTOM + 18}" text-anchor="middle">{step:.4g}</text>',
        ]
    parts.append(f'<text x="{(_WIDE + _LEFT) / 2}" y="{_HIGH - 12}" text-anchor="middle">step</text>')
    for number, (name, values) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        for run in _unbroken(values):
            placed = " ".join(f"{x_of(step):.1f},{y_of(value):.1f}" for step, value in run)
            parts.append(f'<polyline points="{placed}" fill="none" stroke="{colour}" stroke-width="2"/>')
            parts += [f'<circle cx="{x_of(step):.1f}" cy="{y_of(value):.1f}" r="3" fill="{colour}"/>'
                      for step, value in run]  # fmt: skip
        parts.append(f'<text x="{_LEFT}" y="{_HIGH + 20 * number}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _unbroken(values: Sequence[tuple[int, float]]) -> list[list[tuple[int, float]]]:
    runs: list[list[tuple[int, float]]] = [[]]
    for point in values:
        if math.isfinite(point[1]):
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]
