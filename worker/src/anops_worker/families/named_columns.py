"""An answer of several columns with their names, as families give it: a data frame without its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import pandas as pd


class NamedColumns(NamedTuple):
    """Columns beside each other.

    Attributes:
        names: The name of each.
        values: Those of each (1-D), all of one length.
    """

    names: Sequence[str]
    values: Sequence[np.ndarray]

    @classmethod
    def of(cls, array: np.ndarray, names: Iterable[str]) -> NamedColumns:
        """Name the columns of an array (2-D)."""
        listed = list(names)
        if len(listed) != array.shape[1]:
            message = f"{array.shape[1]} columns can't have {len(listed)} names"
            raise ValueError(message)
        return cls(listed, list(array.T))

    def to_pandas(self) -> pd.DataFrame:
        """Make the DataFrame that a person works with."""
        import pandas as pd  # noqa: PLC0415  who has called for a DataFrame has it

        columns = dict(enumerate(self.values))  # by their places: two may have one name
        return pd.DataFrame(columns).set_axis(list(self.names), axis="columns")


def beside(columns: Mapping[str, np.ndarray]) -> NamedColumns:
    """Put columns beside each other; those of several outputs get the output's number behind their names."""
    parts: dict[str, np.ndarray] = {}
    for name, values in columns.items():
        if values.ndim == 1 or values.shape[1] == 1:
            parts[name] = values.reshape(len(values))
        else:
            parts |= {f"{name}_{i + 1}": values[:, i] for i in range(values.shape[1])}
    return NamedColumns(list(parts), list(parts.values()))
