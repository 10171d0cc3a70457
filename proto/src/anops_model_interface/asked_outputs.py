"""Which columns of an answer a request asks for, by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.schema import ColumnSpec


def asked_outputs(given: Sequence[str], asked: Sequence[str], declared: Mapping[str, ColumnSpec]) -> Sequence[str]:
    """Return which of an answer's columns a request gets, in the order in which it asks for them.

    Clients such as Triton's perf analyzer ask for every output that the metadata lists. Some of these come with certain
    options only, such as the probabilities of a classifier: they are left out where the answer has another that was
    asked for.

    Args:
        given: The columns that the answer has.
        asked: Those that are asked for; none: all.
        declared: Those that answers of the model may have.

    Raises:
        AnOpsError: `TENSOR`: the model has no such column, or the answer has none of those.
    """
    if not asked:
        return given
    found = [name for name in asked if name in given]
    lacking = [name for name in asked if name not in found and (name not in declared or not found)]
    if not lacking:
        return found
    name = lacking[0]
    spec = declared.get(name)
    when = f" `{shortened(name)}` comes otherwise: {spec.description}" if spec is not None and spec.description else ""
    raise AnOpsError(
        Code.TENSOR, f"Can't answer with output `{shortened(name)}`: the model gives {', '.join(given)}.{when}"
    )
