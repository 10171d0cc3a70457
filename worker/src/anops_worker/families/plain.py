"""Any object with a `predict`: it is called with the rows in the form the object was fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_worker.families.family import Family
from anops_worker.model_data import form_of, suited

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def plain(model: Any) -> Family:  # noqa: ANN401  any object
    """Return the family of an object of which nothing else is known."""
    form = form_of(model)

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        return model.predict(suited(model, data, form), **options)

    return Family(predict, is_plain=form.is_plain)
