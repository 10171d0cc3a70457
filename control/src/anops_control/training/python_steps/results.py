"""Looks whether what a step returned is what it must return."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .failure import StepError

SPLIT = "`split_data` must return the training and the test data, as `return train, test`"


def checked(step: str, result: Any, artifact: str) -> Any:  # noqa: ANN401  a person's value
    """Return what a step returned, in one form.

    Args:
        step: The step.
        result: What it returned.
        artifact: Where the model must be after `save_model`.

    Raises:
        StepError: It is something else.
    """
    if step == "save_model":
        path = Path(artifact)
        if not path.exists():
            raise StepError(
                "`save_model` wrote no file.", remedy=f"Let it write the model to its argument `path`: {path.name}"
            )
        return None
    if result is None:
        raise StepError(f"`{step}` returned nothing.", remedy=f"End `{step}` with `return …`.")
    if step == "split_data":
        if isinstance(result, Mapping) and {"train", "test"} <= set(result):
            return (result["train"], result["test"])
        if not isinstance(result, tuple | list) or len(result) not in {2, 4}:
            count = f"{len(result)} values" if isinstance(result, tuple | list) else f"a {type(result).__name__}"
            raise StepError(f"{SPLIT}; it returned {count}.")
        return tuple(result)
    return metrics_of(result) if step == "evaluate" else result


def metrics_of(result: object) -> dict[str, float]:
    """Return what `evaluate` returned as numbers by name.

    Raises:
        StepError: It is something else.
    """
    if not isinstance(result, Mapping) or not result:
        kind = "an empty dict" if isinstance(result, Mapping) else f"a {type(result).__name__}"
        raise StepError(f'`evaluate` must return metrics by name, such as {{"rmse": 2.3}}; it returned {kind}.')
    metrics = {}
    for name, value in result.items():
        plain = value.item() if getattr(value, "size", None) == 1 and hasattr(value, "item") else value
        if not isinstance(plain, numbers.Real):
            raise StepError(f"`evaluate` must return a number for `{name}`; it returned a {type(value).__name__}.")
        metrics[str(name)] = float(plain)
    return metrics
