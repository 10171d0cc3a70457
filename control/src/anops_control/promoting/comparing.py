"""Two versions on the same rows: both predict, and one metric is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.outcome_levels import case_last, case_of, level_of

from anops_control.conversing import Conversation
from anops_control.errors import CommandError
from anops_control.promoting.enough_rows import require_enough
from anops_control.promoting.metrics import METRICS, Metric
from anops_control.promoting.paired import Improvement, improvement
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.columns import Column
    from anops_model_interface.frames import Frame
    from anops_project.project import Project

    from anops_control.promoting.outcome_rows import OutcomeRows

_NUMBERS = frozenset({"number", "integer"})
_TYPE, _PROBABILITY = "type", "probability"
"""The option of models of classes, and its value that asks for their probabilities."""


def compared(
    champion: Project,
    challenger: Project,
    rows: OutcomeRows,
    *,
    metric: str | None,
    level: float,
    options: Mapping[str, Any],
) -> Improvement:
    """Compare two versions.

    Args:
        champion: The one that is there.
        challenger: The other.
        rows: The rows, with what came true.
        metric: What is compared; by default what suits the predictions.
        level: The level of the interval.
        options: What both are asked with, such as `type = "probability"`; a metric of probabilities asks for them.

    Raises:
        CommandError: The metric does not suit the predictions, or the outcomes.
        AnOpsError: The rows do not fit one of them, or it fails on them.
    """
    named = None if metric is None else _named(metric)
    asked = [{**_chances(project, named), **options} for project in (champion, challenger)]
    answers = [_answers(project, rows, each) for project, each in zip((champion, challenger), asked, strict=True)]
    outcome = [each for each in rows.outcome if each is not None]
    chosen = named or _fitting(answers, outcome)
    if chosen.kind == "class":
        true = np.array(outcome, dtype=object)
        first, second = (_classes(answer) for answer in answers)
    elif chosen.kind == "probability":
        true, case = _cases(outcome, rows.target, answers)
        first, second = (_probability(answer, case, chosen.name) for answer in answers)
    else:
        true = _numbers(outcome, rows.target)
        first, second = (_number(answer, chosen.name) for answer in answers)
    known = [~_gaps(each) for each in (first, second)]
    both = known[0] & known[1]
    if not both.any():
        raise CommandError("There is no row that both versions predict.", code=Code.NO_ROWS)
    require_enough(true[both], by_rank=chosen.by_row is None)
    return improvement(chosen, true[both], first[both], second[both], level)


def _answers(project: Project, rows: OutcomeRows, options: Mapping[str, Any]) -> Frame:
    frame = rows.rows_for(project)
    with Conversation(project) as model:
        return model.ask(frame, options)


def _chances(project: Project, metric: Metric | None) -> dict[str, str]:
    """Return what asks a model of classes for their probabilities, where the metric is of these."""
    option = project.schema.options.get(_TYPE)
    if metric is None or metric.kind != "probability" or option is None or _PROBABILITY not in (option.levels or ()):
        return {}
    return {_TYPE: _PROBABILITY}


def _named(name: str) -> Metric:
    if name in METRICS:
        return METRICS[name]
    guess = nearest(name, METRICS)
    raise CommandError(
        f"There is no metric `{name}`.",
        remedy=f"Did you mean `{guess}`?" if guess else f"Take one of {', '.join(METRICS)}.",
        code=Code.USAGE,
    )


def _fitting(answers: Sequence[Frame], outcome: Sequence[str]) -> Metric:
    first = answers[0].columns[0]
    if first.type not in _NUMBERS:
        return METRICS["accuracy"]
    values = first.values[~first.is_missing()].astype(np.float64)
    if first.type == "integer" and {*values.tolist()} <= {0.0, 1.0}:
        return METRICS["accuracy"]  # the classes themselves
    is_chance = bool(values.size) and bool(((values >= 0) & (values <= 1)).all())
    return METRICS["log_loss" if is_chance and len({*outcome}) == 2 else "rmse"]


def _gaps(values: np.ndarray) -> np.ndarray:
    if values.dtype == object:
        return np.array([each is None for each in values], dtype=np.bool_)
    gaps: np.ndarray = np.isnan(values)
    return gaps


def _classes(answer: Frame) -> np.ndarray:
    column = answer.columns[0]
    gone = column.is_missing()
    kept = [None if gap else level_of(value) for value, gap in zip(column.values.tolist(), gone.tolist(), strict=True)]
    return np.array(kept, dtype=object)


def _number(answer: Frame, metric: str) -> np.ndarray:
    column = answer.columns[0]
    if column.type not in _NUMBERS:
        raise _unsuited(metric, f"`{column.name}` is a {column.type}, no number", "Take accuracy.")
    return np.where(column.is_missing(), np.nan, column.values.astype(np.float64))


def _probability(answer: Frame, case: str, metric: str) -> np.ndarray:
    """Return the probability of a case: the column of that name, or the only one."""
    named = {column.name: column for column in answer.columns}
    column = named.get(case) or named.get(f"probability_{case}") or answer.columns[0]
    remedy = "Ask for probabilities with [tracking.options] in ao.toml, or take accuracy."
    if column.type not in _NUMBERS:
        raise _unsuited(metric, f"`{column.name}` is a {column.type}, no probability", remedy)
    values: np.ndarray = np.where(column.is_missing(), np.nan, column.values.astype(np.float64))
    if column.type == "integer" and {*values[~np.isnan(values)].tolist()} <= {0.0, 1.0}:
        raise _unsuited(metric, f"`{column.name}` holds the classes 0 and 1, no probabilities", remedy)
    if metric != "roc_auc" and ((values < 0) | (values > 1)).any():
        raise _unsuited(metric, f"`{column.name}` has values outside of 0 to 1", "Take roc_auc or rmse.")
    return values


def _cases(outcome: Sequence[str], target: str, answers: Sequence[Frame]) -> tuple[np.ndarray, str]:
    levels = case_last(outcome)
    if len(levels) != 2:
        raise CommandError(
            f"`{target}` must have two values for this metric, not {len(levels)}.",
            remedy="Take accuracy, or rmse.",
            code=Code.USAGE,
        )
    single = [answer.columns[0] for answer in answers if len(_named_chances(answer, levels)) != len(levels)]
    case = case_of(levels, *(_known(outcome, column) for column in single if column.type in _NUMBERS))
    return np.array([float(each == case) for each in outcome]), case


def _known(outcome: Sequence[str], column: Column) -> list[tuple[object, float]]:
    gaps = column.is_missing().tolist()
    return [
        (true, float(value)) for true, value, gap in zip(outcome, column.values.tolist(), gaps, strict=True) if not gap
    ]


def _named_chances(answer: Frame, levels: Sequence[str]) -> list[str]:
    """Return the levels that have a column of their own."""
    names = {column.name for column in answer.columns}
    return [level for level in levels if level in names or f"probability_{level}" in names]


def _numbers(outcome: Sequence[str], target: str) -> np.ndarray:
    found = []
    for each in outcome:
        try:
            found.append(float(each))
        except ValueError:
            raise CommandError(
                f"`{target}` must hold numbers for this metric, not {each!r}.",
                remedy="Take accuracy, or name another column with --target.",
                code=Code.USAGE,
            ) from None
    return np.array(found)


def _unsuited(metric: str, why: str, remedy: str) -> CommandError:
    return CommandError(f"{metric} can't be computed: {why}.", remedy=remedy, code=Code.USAGE)
