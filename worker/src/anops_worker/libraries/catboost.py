"""Models of catboost: their columns and categories, and what true and false are to them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.schema import ColumnSpec

from anops_worker.form import Form
from anops_worker.libraries.library import Library

if TYPE_CHECKING:
    from anops_worker.python_describe.understanding import Understanding

Inputs = dict[str, ColumnSpec]

_ROWS = 60
_UNKNOWN = "a category that no fit had"
_CODES = (1, 0)
_TEXTS = (("True", "False"), ("true", "false"), ("TRUE", "FALSE"))
_MORE_CODES = range(2, 10)


class CatBoost(Library):
    """What is known of catboost, which keeps its columns in places of its own."""

    def column_names(self, model: Any) -> list[str] | None:  # noqa: ANN401  any model of catboost
        """Return the columns; see `Library`. Those of an array are numbered; a width is forgotten as it is saved."""
        return _names(model)

    def form(self, model: Any) -> Form | None:  # noqa: ANN401  the same
        """Return the form of rows; see `Library`: no floats for categories."""
        names = _names(model)
        is_named = bool(names) and names != [str(i) for i in range(len(names))]
        return _CODES_FORM if is_named and _categories(model) else None

    def learn(self, model: Any, found: Understanding) -> None:  # noqa: ANN401  the same
        """Add its categories, whose levels it does not keep; see `Library`.

        A category without levels takes texts, and a whole number for its text, as catboost does.
        """
        if found.inputs is None:
            return
        categories = [name for name in _categories(model) if name in found.inputs]
        found.inputs.update({name: ColumnSpec(type="category") for name in categories})
        found.note_unknown_levels(categories)

    def settle(
        self,
        model: Any,  # noqa: ANN401  the same
        inputs: Inputs,
        found: Understanding,
        data: pd.DataFrame | None,
    ) -> Inputs:
        """Declare categories of true and false as the model knows them, those of numbers as integers; see `Library`.

        It knows true as 1, and the text "True" as another category. A category that the fit did not have is answered
        all the same, with what all others have in common, so that true for "True" would be another answer without a
        word. A category that it did have is answered otherwise than one that nobody has, and so the model itself tells.
        """
        categories = [name for name in _categories(model) if name in inputs]
        told = dict(inputs)
        told.update({name: _whole(inputs[name]) for name in categories if inputs[name].type == "number"})
        wanted = "category" if data is None else "boolean"
        asked = [name for name in categories if inputs[name].type == wanted]
        if not asked:
            return told
        knows = _Knowing(model, categories, data)
        for name in asked:
            texts = next((texts for texts in _TEXTS if knows(name, texts)), None)
            if data is None and knows(name, _CODES) and texts is None and not knows(name, _MORE_CODES):
                # true and false are 1 and 0 in such a column
                told[name] = ColumnSpec(type="number", assumed=True, values=(0.0, 1.0))
                found.notes.append(
                    f"The categories of `{name}` are true and false, or 1 and 0, which the model does not tell apart."
                )
            elif data is not None and texts is not None and not knows(name, _CODES):
                told[name] = ColumnSpec(type="category", levels=tuple(sorted(texts)))
                data[name] = data[name].map({True: texts[0], False: texts[1]})
                found.notes.append(
                    f'The categories of `{name}` are the texts "{texts[0]}" and "{texts[1]}" to the model, not '
                    "booleans."
                )
        return told


class _Knowing:
    """Asks a model whether it answers some categories otherwise than one that it can't know."""

    def __init__(self, model: Any, categories: list[str], data: pd.DataFrame | None) -> None:  # noqa: ANN401
        self._model = model
        self._rows = _made_up(model, categories) if data is None else data[_names(model)].head(_ROWS)
        self._rows = self._rows.assign(**{name: _text(self._rows[name]) for name in categories})

    def __call__(self, name: str, values: Any) -> bool:  # noqa: ANN401  texts or codes
        unknown = self._answers(name, _UNKNOWN)
        return any(
            answers is not None and unknown is not None and not np.array_equal(answers, unknown)
            for answers in (self._answers(name, value) for value in values)
        )

    def _answers(self, name: str, value: object) -> Any:  # noqa: ANN401  an array, or None
        try:
            rows = self._rows.assign(**{name: pd.Series([value] * len(self._rows), index=self._rows.index)})
            predict = getattr(self._model, "predict_proba", self._model.predict)
            return np.asarray(predict(rows))
        except Exception:  # noqa: BLE001  a model that can't be asked tells nothing
            return None


def _whole(spec: ColumnSpec) -> ColumnSpec:
    """Return what a category of numbers is: 2.5, which catboost refuses, must not become 2."""
    return replace(spec, type="integer", assumed=False, infinite="allow")


def _text(values: pd.Series) -> pd.Series:
    """Return categories as texts, which the model knows as it knows whole numbers."""
    return values.map(lambda value: str(int(value)) if isinstance(value, bool | np.bool_) else str(value))


def _made_up(model: Any, categories: list[str]) -> pd.DataFrame:  # noqa: ANN401
    """Return rows between the borders that the trees of a model split at."""
    names = _names(model)
    borders = model.get_borders() if hasattr(model, "get_borders") else {}
    chance = np.random.default_rng(0)
    rows = {}
    for place, name in enumerate(names):
        ends = [float(end) for end in borders.get(place, ())] or [0.0]
        low, high = min(ends) - 1, max(ends) + 1
        rows[name] = chance.choice(["1", "0"], _ROWS) if name in categories else chance.uniform(low, high, _ROWS)
    return pd.DataFrame(rows)


def _names(model: Any) -> list[str]:  # noqa: ANN401
    return list(getattr(model, "feature_names_", None) or ())


def _categories(model: Any) -> list[str]:  # noqa: ANN401
    """Return the columns that a model takes as categories, by the names it has for them."""
    names = _names(model)
    return [names[i] for i in model.get_cat_feature_indices()] if names else []


def _coded(model: Any, data: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN401
    return data.assign(**data[_categories(model)].select_dtypes(float).astype(int))


def _code(model: Any) -> str:  # noqa: ANN401
    listed = json.dumps(_categories(model), ensure_ascii=False)
    return (
        f"codes = data[{listed}].select_dtypes(float)\n"
        "data = data.assign(**codes.astype(int))  # catboost takes no floats for categories"
    )


_CODES_FORM = Form("codes", _coded, _code)
