"""The answer to a large request, from those to its pieces."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.stacking import stack

from anops_api_service.model_answer import ModelAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_api_service.sent import Decoded


def joined(decoded: Decoded, answers: Mapping[int, ModelAnswer]) -> ModelAnswer:
    """Return one answer, whose warnings name the rows of the request.

    Args:
        decoded: The request.
        answers: The answer to each piece, in their order, by the rows before it.
    """
    parts = list(answers.values())
    took, waited = sum(part.model_seconds for part in parts), sum(part.queue_seconds for part in parts)
    warnings = list(decoded.warnings)
    for start, part in answers.items():
        warnings += [replace(warn, rows=tuple(row + start for row in warn.rows)) for warn in part.warnings]
    frame, told = stack([part.frame for part in parts]), tuple(dict.fromkeys(warnings))
    whole = ModelAnswer.whole(frame, told, parts[-1].model, model_seconds=took, queue_seconds=waited)
    return replace(whole, notices=decoded.notices)
