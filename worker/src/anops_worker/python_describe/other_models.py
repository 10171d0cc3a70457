"""How boosters, and anything else that has a `predict`, are understood."""

from __future__ import annotations

from typing import Any

from anops_worker.python_describe.understanding import Understanding, numbers, public_name

_NAMES = ("feature_names_in_", "feature_names_", "feature_names", "feature_name_", "feature_name", "exog_names")
_WIDTHS = ("n_features_in_", "n_features_", "num_feature", "num_features")


def understand_other(model: Any) -> Understanding:  # noqa: ANN401  any object
    """Understand an object by the names under which libraries commonly keep their columns.

    Args:
        model: The fitted object; None where the project is code alone.
    """
    if model is None:
        return Understanding("predict_model", "predict_model() of the project's own code")
    kind = type(model)
    found = Understanding(public_name(kind), kind.__name__)
    names = _first(model, _NAMES)
    if isinstance(names, str) or not hasattr(names, "__iter__"):
        names = None
    if names is not None:
        listed = [str(name) for name in names]
        found.inputs = numbers(listed) if listed else None
    width = _first(model, _WIDTHS)
    found.width = int(width) if isinstance(width, int) else None
    return found


def _first(model: Any, attributes: tuple[str, ...]) -> Any:  # noqa: ANN401
    for attribute in attributes:
        value = getattr(model, attribute, None)
        if callable(value):
            try:
                value = value()
            except Exception:  # noqa: BLE001  it was not what its name says
                value = None
        if value is not None:
            return value
    return None
