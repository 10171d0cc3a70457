"""One call of a model: rows go to its server, and what comes back is checked and read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from anops_model_interface.answers import decode_answer
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_api_service.model_answer import ModelAnswer
from anops_api_service.models.dialects import no_rows, request_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Frame, OptionValue

    from anops_api_service.deadline import Deadline
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.upstream.upstream import Upstream


async def asked_once(
    upstream: Upstream,
    model: DescribedModel,
    frame: Frame,
    options: Mapping[str, OptionValue],
    *,
    deadline: Deadline,
    once_more: bool,
    within: float | None,
    request_id: str,
) -> ModelAnswer:
    """Ask a model for predictions.

    Args:
        upstream: The way to its server.
        model: What it is.
        frame: The rows; they fit its schema.
        options: What is asked; it fits likewise.
        deadline: Until when the answer is waited for.
        once_more: Whether to ask again where the worker died.
        within: For how many seconds it may compute, where those are fewer than the deadline.
        request_id: The request's id.

    Raises:
        AnOpsError: The server refused, failed, or gave another number of rows.
    """
    if model.layout is not None and frame.rows == 0:
        return no_rows(model)  # many models can't predict no rows, and no rows need no model
    request, told = request_of(model, frame, options, request_id)
    began = time.perf_counter()
    answer = await upstream.infer(request, deadline=deadline, once_more=once_more, within=within)
    head, predictions = answer.head, decode_answer(answer, model.schema.outputs)
    if predictions.rows != frame.rows or not predictions.columns:
        raise AnOpsError(
            Code.MODEL_OUTPUT,
            f"Can't use the answer of model `{model.name}`: it must have {frame.rows} rows like the data, "
            f"not {predictions.rows}.",
        )
    identity = model.identity.as_of(head.model_version, head.model_digest)
    seconds = head.seconds or time.perf_counter() - began
    return ModelAnswer.whole(predictions, (*told, *head.warnings), identity, model_seconds=seconds)
