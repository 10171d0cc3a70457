"""How it is said that a model can't take infinities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.columns import report_rows
from anops_model_interface.errors import Fault

if TYPE_CHECKING:
    import numpy as np

    from anops_model_interface.columns import Column
    from anops_model_interface.errors import FaultCollector


def report_infinities(column: Column, where: np.ndarray, faults: FaultCollector) -> None:
    """Report the infinities of a column.

    Args:
        column: A column of numbers.
        where: Where they are.
        faults: Takes them in.
    """

    def fault(i: int, row: int) -> Fault:
        value = "Inf" if column.values[i] > 0 else "-Inf"
        return Fault(
            Code.COLUMN_RANGE,
            f"column `{column.name}` must be finite, for the model can't take infinities",
            column=column.name,
            row=row,
            found=f"is {value}",
            expected="a finite number",
            received=value,
        )

    report_rows(faults, where, fault)
