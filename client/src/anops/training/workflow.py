"""The class that a person writes: the steps of a training as methods, each of which can be tested by itself."""

from __future__ import annotations

import importlib
import pickle
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

workflow_classes: dict[str, type[Workflow]] = {}
"""The workflows that are registered, by name."""

_Kind = TypeVar("_Kind", bound="type[Workflow]")


class Workflow(ABC):
    """The steps of a training.

    `ao train` does them in their order, and hands what one returns to the next. Whoever trains on other data
    inherits from a workflow, and writes another `load_data`.

    Attributes:
        config: What the configuration file says, with what `ao train --set` has changed.
        seed: Where chance begins: `random_state=self.seed`. Before each step, Python's `random` and NumPy are seeded.
    """

    def __init__(self, config: Mapping[str, Any] | None = None, seed: int = 1) -> None:
        self.config = dict(config or {})
        self.seed = seed

    @abstractmethod
    def load_data(self) -> Any:  # noqa: ANN401  whatever the person works with
        """Return the data."""

    @abstractmethod
    def split_data(self, data: Any) -> Any:  # noqa: ANN401  the same
        """Return those to train on and those to evaluate on.

        Return two values, or the four of scikit-learn's `train_test_split`: `X_train, X_test, y_train, y_test`.
        """

    @abstractmethod
    def build_pipeline(self) -> Any:  # noqa: ANN401  the same
        """Return what is to be fitted."""

    @abstractmethod
    def train_model(self, pipeline: Any, *train: Any) -> Any:  # noqa: ANN401  the same
        """Return the fitted model.

        Args:
            pipeline: What `build_pipeline` returned.
            train: What `split_data` returned to train on: one value, or `X_train, y_train`.
        """

    @abstractmethod
    def evaluate(self, model: Any, *test: Any) -> Mapping[str, float]:  # noqa: ANN401  the same
        """Return metrics by name.

        Args:
            model: What `train_model` returned.
            test: What `split_data` returned to evaluate on: one value, or `X_test, y_test`.
        """

    def save_model(self, model: Any, path: str) -> None:  # noqa: ANN401  the same
        """Write the model; by joblib where nothing else is written here.

        Args:
            model: What `train_model` returned.
            path: Where `ao train` looks for it.
        """
        try:
            importlib.import_module("joblib").dump(model, path)
        except ModuleNotFoundError:
            with Path(path).open("wb") as opened:
                pickle.dump(model, opened)


@overload
def register_workflow(kind: _Kind) -> _Kind: ...


@overload
def register_workflow(kind: str | None = None) -> Callable[[_Kind], _Kind]: ...


def register_workflow(kind: _Kind | str | None = None) -> _Kind | Callable[[_Kind], _Kind]:
    """Let `ao train` find a workflow: `@register_workflow`, or `@register_workflow("a name of its own")`."""
    if isinstance(kind, type):
        return _registered(kind, kind.__name__)
    return lambda found: _registered(found, kind or found.__name__)


def _registered(kind: _Kind, name: str) -> _Kind:
    bases: tuple[type, ...] = kind.__mro__
    if Workflow not in bases:
        message = f"`{kind.__name__}` must inherit from anops.training.Workflow to be registered"
        raise TypeError(message)
    workflow_classes[name] = kind
    return kind
