"""How scikit-learn objects, and those that follow its conventions, wrap each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.libraries.finding import library_says

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT_VECTORIZERS = frozenset({"CountVectorizer", "TfidfVectorizer", "HashingVectorizer"})
"""Transformers that take a sequence of texts."""
_CALIBRATED = "calibrated_classifiers_"
_INNER = ("best_estimator_", "regressor_", _CALIBRATED, "estimators_", "estimator_", "estimator")
"""Where the parts of a meta-estimator are, the fitted ones first: `estimator` may be what it was made from."""


def inner_of(model: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield what a meta-estimator wraps and hands its own columns to: the fitted object first."""
    if hasattr(model, "estimators_features_"):  # each part of a bag may see other columns, in another order
        return
    for name in _INNER:
        inner = getattr(model, name, None)
        if isinstance(inner, list | np.ndarray) and len(inner):
            for one in inner.ravel() if isinstance(inner, np.ndarray) else inner:
                estimator = one[1] if isinstance(one, tuple) else one
                yield getattr(estimator, "estimator", estimator) if name == _CALIBRATED else estimator
            return
        if inner is not None and hasattr(inner, "get_params"):
            yield inner
            return


def steps_of(model: Any) -> list[Any]:  # noqa: ANN401
    """Return the steps of a pipeline through which the rows of a prediction go; none where it is no pipeline.

    Samplers, as imbalanced-learn has them, are there for the fitting alone, and `passthrough` does nothing.
    """
    steps = [step for _, step in getattr(model, "steps", None) or ()]
    at_prediction = [step for step in steps if step not in (None, "passthrough") and not _is_sampler(step)]
    return at_prediction or steps


def _is_sampler(step: Any) -> bool:  # noqa: ANN401
    return hasattr(step, "fit_resample") and not hasattr(step, "transform")


def searched(model: Any) -> Any:  # noqa: ANN401
    """Return the estimator that a search found best, which takes arguments that the search itself does not hand on."""
    while hasattr(model, "best_estimator_"):
        model = model.best_estimator_
    return model


def last_of(model: Any) -> Any:  # noqa: ANN401
    """Return the estimator that gives the answer: the last step of the best pipeline."""
    inner = searched(model)
    while getattr(inner, "steps", None):
        inner = searched(inner.steps[-1][1])
    return inner


def names_in(model: Any) -> list[str] | None:  # noqa: ANN401
    """Return the names of the columns a model was fitted on, from itself or from what it wraps."""
    names = getattr(model, "feature_names_in_", None)
    if names is None:
        names = _library_names(model) or []
        if names and names == [str(i) for i in range(len(names))]:
            return None  # it was fitted on an array
    if names is not None and len(names):
        return [str(name) for name in names]
    for inner in inner_of(model):
        return names_in(inner)
    steps = steps_of(model)
    return names_in(steps[0]) if steps and not isinstance(steps[0], str) else None


def width_of(model: Any) -> int | None:  # noqa: ANN401
    """Return how many columns a model was fitted on, from itself or from what it wraps."""
    width = getattr(model, "n_features_in_", None) or len(_library_names(model) or ())
    if width:
        return int(width)
    if hasattr(model, "X_thresholds_"):  # IsotonicRegression
        return 1
    for inner in (*steps_of(model)[:1], *inner_of(model)):
        return width_of(inner)
    return None


def _library_names(model: Any) -> list[str] | None:  # noqa: ANN401
    names: list[str] | None = library_says(model, lambda library: library.column_names(model))
    return names


def is_text(model: Any) -> bool:  # noqa: ANN401
    """Say whether a model takes one sequence of texts: a vectorizer comes first in it."""
    if type(model).__name__ in TEXT_VECTORIZERS:
        return True
    steps = steps_of(model)
    if steps:
        return is_text(steps[0])
    union = getattr(model, "transformer_list", None)
    if union:
        return is_text(union[0][1])
    return any(is_text(inner) for inner in inner_of(model))


def dict_vectorizer(model: Any) -> Any:  # noqa: ANN401
    """Return the DictVectorizer that a model starts with, which takes a dict for each row; else None."""
    if type(model).__name__ == "DictVectorizer":
        return model
    parts = steps_of(model)[:1] or inner_of(model)
    return next((found for part in parts if (found := dict_vectorizer(part)) is not None), None)


def marks_missing_with_none(model: Any) -> bool:  # noqa: ANN401
    """Say whether a model was fitted on texts whose missing values were None, as a database gives them.

    The encoders and imputers of scikit-learn tell None from NaN: to them the other one is a new level.
    """
    if hasattr(model, "missing_values") and model.missing_values is None:
        return True
    levels = [level for column in getattr(model, "categories_", ()) for level in column]
    if any(level is None for level in levels):
        return not any(isinstance(level, float) and np.isnan(level) for level in levels)
    parts = [part for _, part, _ in column_parts(model)]
    union = [part for _, part in getattr(model, "transformer_list", ())]
    inner = [*steps_of(model), *parts, *union, *inner_of(model)]
    return any(marks_missing_with_none(each) for each in inner if hasattr(each, "get_params"))


def column_parts(model: Any) -> list[tuple[str, Any, Any]]:  # noqa: ANN401
    """Return the parts of a fitted ColumnTransformer: the name, the transformer and the columns of each.

    Others mean something else by `transformers_`: that of skrub's TableVectorizer has a transformer for each column.
    """
    held = getattr(model, "transformers_", ())
    if isinstance(held, Mapping):
        return [(name, part, [name]) for name, part in held.items()]
    return [each for each in held if isinstance(each, tuple) and len(each) == len(("name", "part", "columns"))]
