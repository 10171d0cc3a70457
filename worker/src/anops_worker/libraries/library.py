"""What a file for a library may tell AnOps of the objects that the library fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import pandas as pd
    from anops_model_interface.schema import ColumnSpec

    from anops_worker.families.family import Family
    from anops_worker.form import Form
    from anops_worker.python_describe.understanding import Understanding

Levels = dict[str, tuple[Any, ...]]


class Library:
    """Knows nothing: a library's own class overrides what there is to tell, and leaves out the rest.

    It is offered in the entry point group `anops.families`, under the name by which the library is imported. An object
    is a library's where its class, or one that it inherits from, lives there; of several, the nearest is asked first.
    What none tells is found by scikit-learn's conventions, which many libraries follow.
    """

    follows_conventions = True
    """Whether its estimators follow scikit-learn's conventions, and those without `feature_names_in_` saw an array."""

    names_of_formulas: str | None = None
    """The module in which a formula looks for a person's own functions where it is read again as it is unpickled."""

    distribution: str | None = None
    """The name that it is installed by, where it can tell the version that saved a model."""

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  any object of the library
        """Return how an object is asked, with which options; None where its own `predict` is all there is."""

    def understand(self, model: Any) -> Understanding | None:  # noqa: ANN401  the same
        """Return what an object says of its columns and its answer; None where the conventions tell."""

    def settings_changed(self, model: Any) -> bool:  # noqa: ANN401, ARG002  the same
        """Change what a process must set to load an object as it was saved; say whether it has to be loaded again.

        It is asked once more of the object that was loaded again, and may take its change back.
        """
        return False

    def summary(self, model: Any) -> str | None:  # noqa: ANN401  the same
        """Return an object in one line, better than by the name of its class."""

    def learn(self, model: Any, found: Understanding) -> None:  # noqa: ANN401  the same
        """Add to what is known of an object; `found` is changed in place."""

    def form(self, model: Any) -> Form | None:  # noqa: ANN401  the same
        """Return the form in which an object takes rows; None where the conventions tell."""

    def column_names(self, model: Any) -> list[str] | None:  # noqa: ANN401  the same
        """Return the columns in the order of the fit, where the object keeps them elsewhere than by convention."""

    def encoded(self, model: Any, names: Sequence[str]) -> Mapping[str, ColumnSpec]:  # noqa: ANN401, ARG002  a transformer
        """Return what a transformer keeps of columns, of those by `names` that it sees as they are sent."""
        return {}

    def category_levels(self, model: Any) -> Levels:  # noqa: ANN401, ARG002  the same
        """Return the levels of columns that were fitted on as pandas categories, in the order of their codes."""
        return {}

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  the same
        """Say why an object can't answer row by row, in a sentence without its end; None where it can."""

    def settle(
        self,
        model: Any,  # noqa: ANN401  the same
        inputs: dict[str, ColumnSpec],
        found: Understanding,  # noqa: ARG002
        data: pd.DataFrame | None,  # noqa: ARG002
    ) -> dict[str, ColumnSpec]:
        """Return the columns with what asking the object tells of them; `found.notes` and `data` may change."""
        del model
        return inputs

    def own_answers(self, model: Any) -> np.ndarray | None:  # noqa: ANN401  the same
        """Return what an object answers to the rows that it keeps (2-D), to be compared with what it predicts."""

    def why_other_answers(self, model: Any, data: pd.DataFrame) -> str | None:  # noqa: ANN401  the same
        """Say why predictions for its own rows are not `own_answers`, and what to do."""

    def why_failed(self, model: Any, error: BaseException) -> str | None:  # noqa: ANN401  the same
        """Say what to do where an object failed on some rows of its fit, or of a person; None where nobody knows."""

    def remover(self, model: Any) -> Callable[[], object] | None:  # noqa: ANN401  the same
        """Return the library's own way to take the data of the fit out of an object."""

    def modules(self, model: Any) -> set[str]:  # noqa: ANN401, ARG002  the same
        """Return modules that an object needs, and does not name in its pickle."""
        return set()

    def version_saved(self, file: bytes) -> str | None:
        """Return the version of the library that wrote a file, where the file says so."""

    def version_in(self, warning: Warning | str) -> str | None:
        """Return the version that saved a model, where a warning of its loading says that it was another one."""

    def reseed(self) -> None:
        """Begin the library's own random numbers anew, in a copy of a process."""
