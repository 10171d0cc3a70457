"""Classifiers, mixtures and detectors of outliers: the class, probabilities, or the score behind a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.words import number_text

from anops_worker.estimators import last_of
from anops_worker.families.family import Family, split, type_option
from anops_worker.families.named_columns import NamedColumns
from anops_worker.model_data import form_of, suited

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_METHODS = {"class": "predict", "probability": "predict_proba", "decision": "decision_function"}


def classifier(model: Any) -> Family | None:  # noqa: ANN401  any object
    """Return the family of an object that has scikit-learn's methods for probabilities or decisions, else None."""
    levels = [level for level, method in _METHODS.items() if callable(getattr(model, method, None))]
    if len(levels) < 2 or levels[0] != "class":
        return None
    known = {"type": type_option(levels)}
    form, classes = form_of(model), _classes(model)
    pairs = getattr(last_of(model), "decision_function_shape", "") == "ovo"

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        own, others = split(options, known)
        answer = getattr(model, _METHODS[own["type"]])(suited(model, data, form), **others)
        if own["type"] == "class":
            return _named_labels(model, answer)
        if own["type"] == "probability":
            return _named(answer, classes, "p", pairs=False)
        return _named(answer, classes, "decision", pairs=pairs)

    return Family(predict, known)


def _classes(model: Any) -> list[list[str]]:  # noqa: ANN401
    """Return the names of the classes, one list for each output."""
    classes = getattr(model, "classes_", None)
    if classes is None:
        return []
    several = isinstance(classes, list) and all(isinstance(each, np.ndarray) for each in classes)
    return [[level_name(level) for level in each] for each in (classes if several else [classes])]


def level_name(level: Any) -> str:  # noqa: ANN401  whatever a class may be
    """Return the name of a class as a column has it: a whole number without `.0`."""
    if isinstance(level, float | np.floating):
        return number_text(float(level))
    return str(level)


def _named_labels(model: Any, answer: Any) -> object:  # noqa: ANN401
    """Name the columns of a multi-label answer after the labels."""
    labels = getattr(model, "classes_", None)
    if getattr(model, "multilabel_", False) and labels is not None:
        dense = answer.toarray() if hasattr(answer, "toarray") else answer
        return NamedColumns.of(np.asarray(dense), (level_name(level) for level in labels))
    return answer


def _named(answer: Any, classes: list[list[str]], word: str, *, pairs: bool) -> object:  # noqa: ANN401
    """Name the columns of scores: after the classes, with the output's number before them where there are several.

    Args:
        answer: The scores; a list of arrays where there are several outputs.
        classes: The names of the classes of each output.
        word: What the scores are: "p" or "decision".
        pairs: Whether there is a score for each pair of classes.
    """
    if isinstance(answer, list):
        parts = [
            NamedColumns.of(np.asarray(part), (f"{word}{i + 1}_{name}" for name in names))
            for i, (part, names) in enumerate(zip(answer, classes, strict=True))
        ]
        return NamedColumns(
            [name for part in parts for name in part.names], [one for part in parts for one in part.values]
        )
    scores = np.asarray(answer)
    if scores.ndim == 1:
        return NamedColumns([word if word == "decision" else "probability"], [scores])
    width = scores.shape[1]
    if len(classes) > 1 and len(classes) == width and word == "p":  # one probability for each output, of its last class
        return NamedColumns.of(scores, [f"p{i + 1}_{names[-1]}" for i, names in enumerate(classes)])
    if len(classes) == 1 and len(classes[0]) == width and not pairs:
        return NamedColumns.of(scores, classes[0])
    if word == "decision":
        return NamedColumns.of(scores, [f"decision_{i + 1}" for i in range(width)])
    return NamedColumns.of(scores, [str(i) for i in range(width)])  # a mixture's components, as predict() has them
