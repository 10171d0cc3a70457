"""Refuses to compare two versions on so few rows that an interval would say more than is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    import numpy as np

_LEAST_ROWS = 10
_LEAST_OF_EACH = 2


def require_enough(outcome: np.ndarray, *, by_rank: bool) -> None:
    """Refuse rows of which a bootstrap, or DeLong's variance, would find next to no doubt.

    Of one row a bootstrap draws that row again and again, and of one case DeLong knows no variance: the interval has
    no width, or lacks a part of it, and a version would be promoted by chance.

    Args:
        outcome: What came true in the rows that both versions predict; for ranks 1 where a row is a case, else 0.
        by_rank: Whether areas under ROC curves are compared.

    Raises:
        CommandError: They are too few.
    """
    rows = int(outcome.size)
    if rows < _LEAST_ROWS:
        raise CommandError(
            f"{rows} {'row is' if rows == 1 else 'rows are'} too few for an interval; at least {_LEAST_ROWS} are "
            "needed that both versions predict.",
            remedy="Name more rows whose outcome is known.",
            code=Code.NO_ROWS,
        )
    cases = int((outcome == 1).sum()) if by_rank else rows
    if by_rank and not _LEAST_OF_EACH <= cases <= rows - _LEAST_OF_EACH:
        raise CommandError(
            f"{cases} of the {rows} rows {'is a case' if cases == 1 else 'are cases'}; for an area under the ROC "
            f"curve, at least {_LEAST_OF_EACH} must be, and at least {_LEAST_OF_EACH} must not.",
            remedy="Name more rows whose outcome is known.",
            code=Code.NO_ROWS,
        )
