"""The warnings that a model gives for any rows at all, such as that its fit is rank-deficient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from anops_model_interface.frames import Frame, OptionValue

    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.queue.usual import Usual


async def constant_warnings(
    model: DescribedModel, ask: Callable[[Frame, Mapping[str, OptionValue]], Awaitable[ModelAnswer]]
) -> Usual:
    """Ask a model for two of the rows that its project has as examples, and return what it always warns of.

    Nearly always that is nothing, and one row tells.

    Args:
        model: The model.
        ask: Asks it.
    """
    usual: Usual | None = None
    for row in model.reference[:2]:
        try:
            decoded = model.json_body.read(msgspec.json.encode({"data": [row]}))
            answered = await ask(decoded.frame, decoded.options)
        except AnOpsError:
            return frozenset()
        here = frozenset((warn.message, warn.call) for warn in answered.warnings)
        usual = here if usual is None else usual & here
        if not usual:
            break
    return usual or frozenset()
