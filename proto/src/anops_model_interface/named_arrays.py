"""The tensors of one message as arrays with their names and missing masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    import numpy as np

    from anops_model_interface.coded_texts import CodedTexts


@dataclass(frozen=True, slots=True)
class NamedArray:
    """A tensor, read.

    Attributes:
        name: The tensor's name.
        values: Its values, in its shape.
        missing: Where values are missing (1-D, bool), or None.
        coded: Its texts as they came, where these are few; None: they came one by one.
    """

    name: str
    values: np.ndarray
    missing: np.ndarray | None
    coded: CodedTexts | None = None

    def column_values(self) -> np.ndarray:
        """Return the values as one column: `[N]`, or `[N, 1]`."""
        if self.values.ndim == 1 or (self.values.ndim == 2 and self.values.shape[1] == 1):
            return self.values.reshape(-1)
        shape = list(self.values.shape)
        raise AnOpsError(
            Code.TENSOR,
            f"Can't read tensor `{self.name}`: a column must have the shape [rows], not {shape}.",
        )

    def split(self) -> list[tuple[str, np.ndarray]]:
        """Return the columns of the tensor: itself, or one for each column of `[N, D]`."""
        if self.values.ndim != 2 or self.values.shape[1] == 1:
            return [(self.name, self.column_values())]
        return [(f"{self.name}_{i + 1}", self.values[:, i]) for i in range(self.values.shape[1])]


def unnamed_columns(array: NamedArray, names: list[str]) -> list[NamedArray]:
    """Take a tensor `[rows, columns]` as columns with these names.

    Raises:
        AnOpsError: `COLUMN_MISSING`: it has another number of columns.
    """
    width = array.values.shape[1]
    if width != len(names):
        raise AnOpsError(
            Code.COLUMN_MISSING,
            f"Can't read tensor `{array.name}`: it must have {len(names)} columns "
            f"({', '.join(names[:5])}{', …' if len(names) > 5 else ''}), not {width}.",
        )
    masks = [None] * width if array.missing is None else list(array.missing.reshape(array.values.shape).T)
    return [NamedArray(name, array.values[:, i], masks[i]) for i, name in enumerate(names)]
