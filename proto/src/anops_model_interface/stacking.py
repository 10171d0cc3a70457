"""Frames of one schema put on top of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anops_model_interface.coded_texts import CodedTexts
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column, missing_column
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame
from anops_model_interface.number_block import NumberBlock, joined

if TYPE_CHECKING:
    from collections.abc import Sequence


def stack(frames: Sequence[Frame]) -> Frame:
    """Put frames on top of each other.

    Args:
        frames: At least one; all have the columns of the first.

    Raises:
        AnOpsError: `MODEL_OUTPUT`: they have other columns, or other types that no common one holds.
    """
    first = frames[0]
    if len(frames) == 1:
        return first
    for frame in frames[1:]:
        if frame.names() != first.names():
            raise AnOpsError(
                Code.MODEL_OUTPUT,
                f"Can't use the model's answers: some have the columns {', '.join(first.names())}, others "
                f"{', '.join(frame.names())}.",
            )
    rows = sum(frame.rows for frame in frames)
    blocks = [frame.columns for frame in frames if isinstance(frame.columns, NumberBlock)]
    if len(blocks) == len(frames):
        return Frame(joined(blocks), rows)
    return Frame(tuple(_joined([frame.columns[i] for frame in frames]) for i in range(len(first.columns))), rows)


def _joined(parts: list[Column]) -> Column:
    kinds = {part.type for part in parts}
    if len(kinds) > 1:
        parts = _in_one_type(parts)
    first = parts[0]
    values = np.concatenate([part.values for part in parts])
    if all(part.missing is None for part in parts):
        coded = [part.coded for part in parts if part.coded is not None]
        whole = CodedTexts.joined(coded) if len(coded) == len(parts) else None
        return Column(first.name, first.type, values, coded=whole)
    # for a number, which has no mask, is_missing() would cost a pass and say nothing new
    return Column(first.name, first.type, values, np.concatenate([part.is_missing() for part in parts]))


def _in_one_type(parts: list[Column]) -> list[Column]:
    """Bring parts whose types follow from their values alone into one: what is missing fits any."""
    kinds = {part.type for part in parts if not part.is_missing().all()} or {parts[0].type}
    if kinds == {"integer", "number"}:
        missing = [part.is_missing().all() for part in parts]
        return [
            missing_column(part.name, "number", len(part.values)) if gone else _as_number(part)
            for part, gone in zip(parts, missing, strict=True)
        ]
    if len(kinds) > 1:
        raise AnOpsError(
            Code.MODEL_OUTPUT,
            f"Can't use the model's answers: column `{parts[0].name}` holds {' and '.join(sorted(kinds))} values.",
            remedy="Declare its type under [model.outputs] in ao.toml.",
        )
    (kind,) = kinds
    return [part if part.type == kind else missing_column(part.name, kind, len(part.values)) for part in parts]


def _as_number(part: Column) -> Column:
    return Column(part.name, "number", np.where(part.is_missing(), np.nan, part.values.astype(np.float64)))
