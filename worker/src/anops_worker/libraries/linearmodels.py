"""Results of linearmodels: panels and instruments, asked by the design matrix that their coefficients belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from anops_worker.families.family import Family
from anops_worker.families.whole_rows import filled
from anops_worker.form import Form
from anops_worker.libraries.library import Library
from anops_worker.python_describe.understanding import Understanding, holds_data, numbers, public_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONSTANTS = frozenset({"Intercept", "const", "constant"})
_EFFECTS = ("entity_effects", "time_effects", "other_effects")
_PARTS = ("exog", "endog")
"""What predict() takes apart: the regressors, and of instruments' models those that are endogenous."""


class Linearmodels(Library):
    """What is known of linearmodels."""

    follows_conventions = False

    def understand(self, model: Any) -> Understanding | None:  # noqa: ANN401  any results
        """Understand fitted results; see `Library`."""
        fitted = getattr(model, "model", None)
        if fitted is None or not hasattr(model, "params"):
            return None
        formula = getattr(fitted, "formula", None)
        found = Understanding(public_name(type(fitted)), f"{type(fitted).__name__}: {formula or 'on arrays'}")
        names = [name for part in _parts(model).values() for name in part if name not in _CONSTANTS]
        design = pd.concat([_frame(fitted, part) for part in _parts(model)], axis=1)
        found.inputs = numbers(names)
        found.data, found.converted = design[names].reset_index(drop=True), True
        found.notes.append(holds_data(len(design)))
        if any(getattr(fitted, name, False) for name in _EFFECTS):
            found.notes.append("Predictions leave out the effects of entities and times, as its predict() does.")
        return found

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  the same
        """Return the family; see `Library`."""
        form = self.form(model)

        def ask(rows: pd.DataFrame) -> np.ndarray:
            return np.asarray(model.predict(form.suit(model, rows))).reshape(len(rows))

        def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
            del options
            return filled(data, ask)

        return Family(predict, keeps_gaps=True)

    def form(self, model: Any) -> Form:  # noqa: ANN401  the same
        """Return the form of rows; see `Library`: the columns that the coefficients belong to."""
        constants = {name: 1.0 for names in _parts(model).values() for name in names if name in _CONSTANTS}
        names = [name for names in _parts(model).values() for name in names]
        of_panel = type(model).__module__.startswith("linearmodels.panel")

        def suit(_: object, data: pd.DataFrame) -> pd.DataFrame:
            design = data.astype(np.float64).assign(**constants)[names]
            # entities and times
            return design.set_index([data.index, data.index]) if of_panel else design

        code = f"data = data.astype(float).assign(**{constants})[{names}]"
        code += "\ndata = data.set_index([data.index, data.index])  # entities and times" if of_panel else ""
        return Form("design", suit, lambda _: code)

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  the same
        """Say why results can't answer row by row; see `Library`."""
        kind = type(model).__name__
        if not hasattr(model, "model") or not hasattr(model, "params"):
            return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind} is not a fitted result; save what fit() returned"
        if type(model).__module__.startswith("linearmodels.system") or not hasattr(model, "predict"):
            return f"{kind} holds several equations, and can't predict a row"
        made = [name for names in _parts(model).values() for name in names if not _is_column(name, model)]
        if made:
            return (
                f"`{made[0]}` is made by the formula, and the results keep neither the levels nor what else new rows "
                "need; put it into the data as a column, fit with that column, and send it"
            )
        return None

    def own_answers(self, model: Any) -> np.ndarray | None:  # noqa: ANN401  the same
        """Return the fitted values; see `Library`."""
        fitted = getattr(model, "fitted_values", None)
        return None if fitted is None else np.asarray(fitted, dtype=np.float64).reshape(len(fitted), -1)


def _parts(model: Any) -> dict[str, list[str]]:  # noqa: ANN401
    """Return the columns of the design matrix by the arguments of predict()."""
    return {part: [str(name) for name in _frame(model.model, part).columns] for part in _PARTS if _has(model, part)}


def _has(model: Any, part: str) -> bool:  # noqa: ANN401
    return hasattr(getattr(model.model, part, None), "shape") and _frame(model.model, part).shape[1] > 0


def _frame(fitted: Any, part: str) -> pd.DataFrame:  # noqa: ANN401
    kept = getattr(fitted, part)
    frame: pd.DataFrame = kept.dataframe if hasattr(kept, "dataframe") else kept.pandas
    return frame


def _is_column(name: str, model: Any) -> bool:  # noqa: ANN401
    return getattr(model.model, "formula", None) is None or name in _CONSTANTS or name.isidentifier()
