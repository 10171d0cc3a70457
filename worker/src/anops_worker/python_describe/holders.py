"""Finds the model in what was saved with it: a list, dict or tuple of preprocessing and one or more models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_worker.pickles import reading
from anops_worker.progress import to_choose_from

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SHOWN = 6
_DEEPEST = 3
"""So many lists in each other are looked into."""
_WIDEST = 100
"""And into so many of each."""


def taken_out(held: Any, chosen: str | None, path: Path) -> tuple[Any, str | None]:  # noqa: ANN401  any object
    """Return the model in a list, dict or tuple, after the preprocessing that stands beside it.

    Args:
        held: What the file holds.
        chosen: The name of the model, where a person has said it: a key, or a place counted from 0.
        path: The file.

    Returns:
        The model, and the body of the `load_model(path)` that reads it; the object itself and None where it is
        no such holder, or holds no model.

    Raises:
        AnOpsError: `MODEL_LOAD`: it holds several models, or none by the chosen name.
    """
    parts = _parts(held)
    models = [name for name, part in parts.items() if _predicts(part.value)]
    if not models:
        return held, None
    name = chosen if chosen in models else models[0]
    if (chosen is not None and chosen not in models) or (chosen is None and len(models) > 1):
        raise _which(parts, models, chosen, f"`{path.name}`")
    model = parts[name]
    steps = [
        part
        for each, part in parts.items()
        if each not in models and part.holder == model.holder and hasattr(part.value, "transform")
    ]
    if not steps or not hasattr(model.value, "get_params"):
        return model.value, f"return {reading(path)}{model.access}"
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415  there, since the parts are

    listed = ", ".join(f"saved{part.access}" for part in (*steps, model))
    body = f"from sklearn.pipeline import make_pipeline\n\nsaved = {reading(path)}\nreturn make_pipeline({listed})"
    return make_pipeline(*(part.value for part in (*steps, model))), body


@dataclass(frozen=True, slots=True)
class _Part:
    """Something in a list, dict or tuple.

    Attributes:
        value: What it is.
        access: The code that takes it out, behind the name of the outermost.
        holder: The name of that in which it is; empty: of the outermost.
    """

    value: Any
    access: str
    holder: str


def _predicts(value: Any) -> bool:  # noqa: ANN401
    return callable(getattr(value, "predict", None))


def _parts(held: Any, access: str = "", holder: str = "", depth: int = _DEEPEST) -> dict[str, _Part]:  # noqa: ANN401
    """Return what is held, by name: of the outermost level, or of those in it where a model is only there."""
    named: Iterable[tuple[str | int, Any]] = ()
    if isinstance(held, Mapping):
        named = ((key, value) for key, value in held.items() if isinstance(key, str))
    elif isinstance(held, list | tuple):
        named = enumerate(held)
    prefix = f"{holder}." if holder else ""
    parts = {f"{prefix}{key}": _Part(value, f"{access}[{key!r}]", holder) for key, value in named}
    if depth == 1 or any(_predicts(part.value) for part in parts.values()):
        return parts
    within: dict[str, _Part] = {}
    for name, part in islice(parts.items(), _WIDEST):
        within |= _parts(part.value, part.access, name, depth - 1)
    return within if any(_predicts(part.value) for part in within.values()) else parts


def _which(parts: Mapping[str, _Part], models: list[str], chosen: str | None, file: str) -> AnOpsError:
    kinds = {name: f"{name} ({type(parts[name].value).__name__})" for name in models}
    to_choose_from(kinds)
    listing = ", ".join(list(kinds.values())[:_SHOWN]) + (", …" if len(kinds) > _SHOWN else "")
    what = f"{file} holds {len(models)} models: {listing}"
    if chosen is not None:
        what = f"{file} has no model `{chosen}`; it holds {listing}"
    return AnOpsError(
        Code.MODEL_LOAD, f"Can't tell which model is meant: {what}.", remedy=f"Name one: --object {models[0]}"
    )
