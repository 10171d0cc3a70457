"""What the statistician's own `predict_model` takes beside the model and the rows."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, cast

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

_GIVEN = 2
"""The model and the rows come first, by position."""


def own_predict(code: ModuleType | None) -> Callable[..., object] | None:
    """Return `predict_model` of the statistician's code; None where there is none.

    Raises:
        AnOpsError: `MODEL_LOAD`: it can't be given a model and rows.
    """
    found = getattr(code, "predict_model", None)
    if found is None:
        return None
    why = _why_not_called(found)
    if why is None:
        return cast("Callable[..., object]", found)
    home = Path(code.__file__).name if code is not None and code.__file__ else "model.py"
    raise AnOpsError(
        Code.MODEL_LOAD,
        f"`predict_model` in {home} {why}: it must be a plain function that takes the model and the rows.",
        remedy="Write `def predict_model(model, data, **options):`.",
    )


def _why_not_called(found: object) -> str | None:
    if not callable(found):
        return f"is of type {type(found).__name__}, not a function"
    if inspect.iscoroutinefunction(found) or inspect.isasyncgenfunction(found):
        return "is `async`"
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):  # written in C, it does not say
        return None
    try:
        signature.bind_partial(*range(_GIVEN))
    except TypeError:
        taken = [f"`{name}`" for name in signature.parameters]
        return f"takes {' and '.join(taken)} alone" if taken else "takes no arguments"
    return None


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
