"""Objects that can't answer row by row by themselves: why not, in a sentence."""

from __future__ import annotations

from typing import Any

from anops_worker.libraries.finding import library_says


def why_refused(model: Any) -> str | None:  # noqa: ANN401  any object
    """Say why an object can't predict the rows of a request; None where nothing is known against it.

    Args:
        model: The fitted object.
    """
    kind, home = type(model).__name__, type(model).__module__
    if isinstance(model, type):
        return f"the object is the class {model.__name__} itself, not a fitted model"
    if home.partition(".")[0] == "pandas":
        return f"the object is a {kind}, not a fitted model"
    why: str | None = library_says(model, lambda library: library.why_refused(model))
    if why is not None or hasattr(model, "predict") or hasattr(model, "transform"):
        return why
    return _without_predict(model, kind)


def _without_predict(model: Any, kind: str) -> str | None:  # noqa: ANN401
    if kind == "LocalOutlierFactor":
        return "a LocalOutlierFactor judges new rows only where it was fitted with novelty=True"
    if hasattr(model, "fit_predict") or hasattr(model, "fit_transform"):
        return f"a {kind} knows only the rows it was fitted on; it has no predict() for new ones"
    return None
