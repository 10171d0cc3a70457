"""Hands rows to a fitted object's own `predict` in the form it was fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.estimators import dict_vectorizer, is_text, marks_missing_with_none, names_in, steps_of
from anops_worker.form import FRAME, Form
from anops_worker.libraries.finding import libraries_of, library_says
from anops_worker.number_categories import CATEGORIES, number_levels
from anops_worker.pandas_here import has_pandas

if TYPE_CHECKING:
    import pandas as pd


_NO_TEXTS: list[Any] = ["number", "bool", "datetime", "datetimetz"]
"""What holds no texts: the dtype of those that do has another name in each version of pandas."""


def _nones(_: Any, data: pd.DataFrame) -> pd.DataFrame:  # noqa: ANN401
    texts = data.select_dtypes(exclude=_NO_TEXTS).astype(object)
    return data.assign(**texts.where(texts.notna(), None))


ARRAY = Form("array", lambda _, data: np.asarray(data), lambda _: "data = data.to_numpy()  # fitted on an array")
"""The numbers alone: an array of them is taken as it is."""
TEXTS = Form(
    "texts",
    lambda _, data: data.iloc[:, 0] if hasattr(data, "iloc") else data,
    lambda _: "data = data.iloc[:, 0]  # fitted on a sequence of texts",
)
"""The one column of texts: a sequence of them is taken as it is."""
_RECORDS = Form(
    "records", lambda _, data: data.to_dict("records"), lambda _: 'data = data.to_dict("records")  # fitted on dicts'
)
_NONES = Form(
    "nones",
    _nones,
    lambda _: (
        f"texts = data.select_dtypes(exclude={_NO_TEXTS}).astype(object)\n"
        "data = data.assign(**texts.where(texts.notna(), None))  # fitted with None for missing texts"
    ),
)


def form_of(model: Any) -> Form:  # noqa: ANN401  any model
    """Tell the form in which an object's own `predict` takes its rows: its library's, else that of the conventions.

    Args:
        model: The fitted object.
    """
    own: Form | None = library_says(model, lambda library: library.form(model))
    if own is None and number_levels(model):
        own = CATEGORIES  # a search for a booster
    if own is not None or not hasattr(model, "get_params"):
        return own or FRAME
    if names_in(model) is not None:
        return _NONES if marks_missing_with_none(model) else FRAME
    if is_text(model):
        return TEXTS
    if dict_vectorizer(model) is not None:
        return _RECORDS
    return ARRAY if _starts_in_a_library(model) else FRAME


def suited(model: Any, data: pd.DataFrame, form: Form | None = None) -> Any:  # noqa: ANN401  any model; a frame, an array, a series
    """Bring rows into the form that an object's own `predict` takes; see `form_of`.

    Args:
        model: The fitted object.
        data: The rows, in the schema's columns; an array of them will do where the form is one.
        form: What `form_of` says, where that is known already.
    """
    return (form or form_of(model)).suit(model, data)


def suiting_code(model: Any) -> str | None:  # noqa: ANN401
    """Return the Python that does what `suited` does, or None where nothing is to be done."""
    form = form_of(model)
    if not has_pandas() and form in {FRAME, ARRAY}:
        return "import numpy as np\n\ndata = np.asarray(data)  # fitted where there was no pandas"
    return form.code(model)


def _starts_in_a_library(model: Any) -> bool:  # noqa: ANN401
    """Say whether the part that sees the rows first warns of names that it was not fitted on."""
    while steps := steps_of(model):
        model = steps[0]
    return any(library.follows_conventions for library in libraries_of(model))
