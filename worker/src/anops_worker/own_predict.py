"""What the statistician's own `predict_model` takes beside the model and the rows."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_GIVEN = 2
"""The model and the rows come first, by position."""


def not_taken(predict_model: Callable[..., object], names: Iterable[str]) -> frozenset[str]:
    """Return the options of `ao.toml` that a function does not take by name.

    Args:
        predict_model: The statistician's.
        names: Those of `[model.options]`.
    """
    try:
        parameters = list(inspect.signature(predict_model).parameters.values())
    except (TypeError, ValueError):  # written in C, it does not say
        return frozenset()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return frozenset()
    by_name = {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    taken = {parameter.name for parameter in parameters[_GIVEN:] if parameter.kind in by_name}
    return frozenset(name for name in names if name not in taken)


def refusal(names: Iterable[str], model: str) -> AnOpsError:
    """Return the error for options that `predict_model` does not take.

    Args:
        names: The options.
        model: The model's name.
    """
    listed = ", ".join(f"`{name}`" for name in names)
    return AnOpsError(
        Code.MODEL_FAILED,
        f"Can't predict with model `{model}`: predict_model() does not take {listed}, which [model.options] of ao.toml "
        "offers.",
        remedy=f"Write `def predict_model(model, data, **options):`, or take {listed} out of [model.options] in "
        "ao.toml.",
    )
