"""What columns a model answers with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.frames import Frame
from anops_model_interface.schema import ColumnSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_worker.python_describe.understanding import Understanding


def outputs_of(answers: Frame | None, found: Understanding) -> dict[str, ColumnSpec]:
    """Tell the columns of a model's answer.

    Args:
        answers: Some answers, or None where the model could not be tried.
        found: What the object says; the levels of a classifier, above all.
    """
    if answers is None:
        kind = ColumnSpec(type=found.answer) if found.levels is None else _category(found.levels)
        return {"prediction": kind}
    outputs: dict[str, ColumnSpec] = {}
    for column in answers.columns:
        texts = set() if column.type not in {"string", "category"} else set(column.values[~column.is_missing()])
        if found.levels is not None and texts and texts <= set(found.levels):
            outputs[column.name] = _category(found.levels)
        else:
            outputs[column.name] = ColumnSpec(type=column.type)
    return outputs


def typed(answers: Frame, outputs: Mapping[str, ColumnSpec]) -> Frame:
    """Return answers in the types of the outputs: text becomes a category where its levels are known."""
    columns = tuple(replace(column, type=outputs[column.name].type) for column in answers.columns)
    return Frame(columns, answers.rows)


def _category(levels: tuple[str, ...]) -> ColumnSpec:
    return ColumnSpec(type="category", levels=levels)
