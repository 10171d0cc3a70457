"""Plots in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.looking.effect import Effect
    from anops_control.series.fan import Fan

_WIDTH, _HEIGHT = 72, 14
_MARKS = "●x+o*#"
"""One for each line: in a pipe there are no colours."""
_MOST_OTHERS = 6
"""How many of the columns that stay are named."""


def drawn_load(steps: Sequence[Mapping[str, Any]]) -> str:
    """Draw answers a second and times over the number of callers."""
    answered = [step for step in steps if step["per_second"]]
    labels = [str(step["callers"]) for step in answered]
    parts = []
    for title, part in (("requests a second", "per_second"), ("99 % within (ms)", "p99_ms")):
        _begin(f"{title}, by callers")
        plotext.bar(labels, [float(step[part] or 0) for step in answered], orientation="horizontal", width=0.3)
        plotext.plotsize(_WIDTH, 2 * len(labels) + 4)
        parts.append(_built())
    return "\n".join(parts)


def _begin(title: str) -> None:
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.title(title)


def _built() -> str:
    return "\n".join(line.rstrip() for line in plotext.uncolorize(str(plotext.build())).splitlines())


def drawn_effect(plot: Effect) -> str:
    """Draw how the prediction moves with a column."""
    unit = f" ({plot.unit})" if plot.unit else ""
    _begin(f"{plot.model}: {plot.output} by {plot.column}{unit}")
    along, marks = plot.along, plot.marks
    numeric = along is not None
    places = along if along is not None else [place for place, _ in marks or ()]
    for line, mark in zip(plot.lines, _MARKS, strict=False):
        for ends in (line.lower, line.upper):
            if ends is not None:
                _draw(places, ends, marker="·", label=None)
        shown = "braille" if numeric and len(plot.lines) == 1 else mark
        _draw(places, line.values, marker=shown, label=line.name and f"{plot.by} {line.name}")
    if marks is not None:
        plotext.xticks([place for place, _ in marks], [text for _, text in marks])
    if not numeric:
        plotext.xlim(0.5, len(places) + 0.5)
    plotext.plotsize(_WIDTH, _HEIGHT + 6)
    others = ", ".join(f"{name} {value}" for name, value in list(plot.others.items())[:_MOST_OTHERS])
    more = len(plot.others) - _MOST_OTHERS
    rest = f" and {more} more columns" if more > 0 else ""
    told = [_built()]
    if plot.lines[0].lower is not None:
        told.append("Points: its interval.")
    if others:
        told.append(f"At {others}{rest}.")
    return "\n".join(told)


def drawn_fan(fan: Fan) -> str:
    """Draw what was observed, and a forecast behind it."""
    _begin(f"{fan.model}: {fan.value}, {len(fan.observed)} observed and {len(fan.times)} forecast")
    past = list(range(1 - len(fan.observed), 1))
    ahead = list(range(1, len(fan.times) + 1))
    _draw(past, [value for _, value in fan.observed], marker="braille", label=None)
    for lower, upper in fan.bands.values():
        for ends in (lower, upper):
            _draw(ahead, ends, marker="·", label=None)
    _draw(ahead, fan.forecast, marker="●", label=None)
    times = [*(time for time, _ in fan.observed), *map(str, fan.times)]
    places = [*past, *ahead]
    if places:
        shown = sorted({0, len(past), len(places) - 1})
        plotext.xticks([places[i] for i in shown if i < len(places)], [times[i] for i in shown if i < len(places)])
    plotext.plotsize(_WIDTH, _HEIGHT + 6)
    told = [_built()]
    if fan.bands:
        told.append(f"Points: intervals of {' and '.join(fan.bands)} percent.")
    return "\n".join(told)


def _draw(places: Sequence[float], values: Sequence[float | None], *, marker: str, label: str | None) -> None:
    known = [(place, value) for place, value in zip(places, values, strict=True) if value is not None]
    if not known:
        return
    xs, ys = [place for place, _ in known], [value for _, value in known]
    draw = plotext.plot if marker == "braille" else plotext.scatter
    draw(xs, ys, marker=marker, label=label or None)
