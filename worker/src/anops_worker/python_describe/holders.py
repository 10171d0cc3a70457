"""Finds the model in what was saved with it: a list, dict or tuple of preprocessing and one or more models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_worker.pickles import reading
from anops_worker.progress import to_choose_from

if TYPE_CHECKING:
    from pathlib import Path

_SHOWN = 6


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
    parts = dict(_parts(held))
    models = [name for name, part in parts.items() if callable(getattr(part, "predict", None))]
    if not models:
        return held, None
    name = chosen if chosen in models else models[0]
    if (chosen is not None and chosen not in models) or (chosen is None and len(models) > 1):
        raise _which(parts, models, chosen, f"`{path.name}`")
    steps = [each for each, part in parts.items() if each not in models and hasattr(part, "transform")]
    if isinstance(held, Mapping):
        access = {each: f"saved[{each!r}]" for each in parts}
    else:
        access = {each: f"saved[{each}]" for each in parts}
    if not steps or not hasattr(parts[name], "get_params"):
        return parts[name], f"return {access[name].replace('saved', reading(path), 1)}"
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415  there, since the parts are

    listed = ", ".join(access[each] for each in (*steps, name))
    body = f"from sklearn.pipeline import make_pipeline\n\nsaved = {reading(path)}\nreturn make_pipeline({listed})"
    return make_pipeline(*(parts[each] for each in (*steps, name))), body


def _parts(held: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    if isinstance(held, Mapping):
        yield from ((key, part) for key, part in held.items() if isinstance(key, str))
    elif isinstance(held, list | tuple):
        yield from ((str(place), part) for place, part in enumerate(held))


def _which(parts: Mapping[str, Any], models: list[str], chosen: str | None, file: str) -> AnOpsError:
    kinds = {name: f"{name} ({type(parts[name]).__name__})" for name in models}
    to_choose_from(kinds)
    listing = ", ".join(list(kinds.values())[:_SHOWN]) + (", …" if len(kinds) > _SHOWN else "")
    what = f"{file} holds {len(models)} models: {listing}"
    if chosen is not None:
        what = f"{file} has no model `{chosen}`; it holds {listing}"
    return AnOpsError(
        Code.MODEL_LOAD, f"Can't tell which model is meant: {what}.", remedy=f"Name one: --object {models[0]}"
    )
