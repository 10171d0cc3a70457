"""Which predictions can be held against each other: those on one scale, since options may ask for another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.outcome_levels import case_of

from anops_monitoring.classes import chances_of, levels_known, likeliest, single_chance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_monitoring.baseline import Baseline
    from anops_monitoring.logged import LoggedRow

_ON_SCALE = frozenset({"interval", "level", "se", "quantiles"})
"""Options that add columns, and leave the prediction itself as it is."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of outcomes in all rows.

    Attributes:
        levels: Their levels.
        case: Of which of two levels a single probability is; None where there are not two.
    """

    levels: Sequence[str]
    case: str | None


def truth_of(baseline: Baseline, rows: Sequence[LoggedRow]) -> Truth:
    """Return what the rows of the fit and those of the log say together."""
    levels = levels_known(baseline.outcome, [each.outcome for each in rows])
    case = None
    if len(levels) == 2:
        fitted = zip(baseline.outcome or (), map(single_chance, baseline.predictions()), strict=False)
        case = case_of(levels, ((true, chance) for true, chance in fitted if true is not None and chance is not None))
    return Truth(levels, case)


def alike(rows: Sequence[LoggedRow], baseline: Baseline) -> list[Mapping[str, Any]]:
    """Return the predictions on the scale of the baseline's; of probabilities, where it has classes, the likeliest."""
    wanted = _scale(baseline.facts.get("options") or {})
    found: list[Mapping[str, Any]] = []
    for each in rows:
        if _scale(each.options) == wanted:
            found.append(each.outputs)
        elif has_classes(baseline) and (chances := chances_of(each.outputs)) is not None:
            found.append({"prediction": _as_in(baseline, likeliest(chances))})
    return found


def has_classes(baseline: Baseline) -> bool:
    """Return whether the baseline's predictions are classes: texts, or numbers where classes were asked for."""
    options = baseline.facts.get("options") or {}
    return options.get("type") == _CLASS or isinstance(_example(baseline), str)


def _example(baseline: Baseline) -> object:
    return next((each for each in baseline.outputs.get("prediction", ()) if each is not None), None)


def _as_in(baseline: Baseline, name: str) -> object:
    return name if isinstance(_example(baseline), str) or not name.isdecimal() else int(name)


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows whose predictions can be judged together.

    Attributes:
        rows: They.
        left_out: How many with an outcome are on another scale.
        is_class: Whether they have classes, or probabilities by the names of classes.
    """

    rows: Sequence[LoggedRow]
    left_out: int
    is_class: bool


def judged(rows: Sequence[LoggedRow], baseline: Baseline) -> Judged:
    """Return the rows that can be judged together.

    They are those on the scale of the baseline, and where that is none of them, on the one that most are on; classes,
    and the probabilities of classes by their names, are one.
    """
    scales = [_scale_of(each) for each in rows]
    wanted = _CLASS if has_classes(baseline) else _written(baseline.facts.get("options") or {})
    known = Counter(scale for scale, each in zip(scales, rows, strict=True) if each.outcome is not None)
    there = known or Counter(scales)
    if there and wanted not in there:
        wanted = there.most_common(1)[0][0]
    kept = [each for scale, each in zip(scales, rows, strict=True) if scale == wanted]
    return Judged(kept, sum(known.values()) - known[wanted], wanted == _CLASS)


_CLASS = "class"


def _scale_of(row: LoggedRow) -> str:
    is_class = row.options.get("type") == _CLASS or isinstance(row.outputs.get("prediction"), str)
    return _CLASS if is_class or chances_of(row.outputs) is not None else _written(row.options)


def _written(options: Mapping[str, Any]) -> str:
    return repr(sorted(_scale(options).items()))


def _scale(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name not in _ON_SCALE and value is not None}
