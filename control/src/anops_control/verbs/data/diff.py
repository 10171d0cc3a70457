"""Tells two versions of a dataset apart: rows, columns, types, levels and distributions."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.datasets.finding import board_of, version_of, versions_of
from anops_control.datasets.port import data
from anops_control.datasets.reading import opened
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.datasets.description import Description
    from anops_control.datasets.port import Data, Stored
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DataDiffRequest:
    """Which versions are compared."""

    folder: Path
    """The project; its board is used."""
    name: str
    """The dataset."""
    before: str | None = None
    """The version to compare with, or how it or its hash begins; by default the one before `after`."""
    after: str | None = None
    """The version that is looked at; by default the latest."""
    board: str | None = None
    """A board other than the project's: a folder or an address."""


@dataclass(frozen=True, slots=True)
class DataDiffResult:
    """The difference.

    Attributes:
        before: The one version.
        after: The other.
        rows: How many rows each has.
        added: Columns of the other alone.
        removed: Columns of the one alone.
        columns: What is different in the columns of both, and how far their distributions are apart.
        conventions: How the numbers are computed.
        unknown: What can't be compared, and why.
    """

    before: Stored
    after: Stored
    rows: tuple[int | None, int | None]
    added: list[str]
    removed: list[str]
    columns: Sequence[Mapping[str, Any]]
    conventions: Sequence[str]
    unknown: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "name": self.after.name,
            "before": self.before.version,
            "after": self.after.version,
            "rows": list(self.rows),
            "added": self.added,
            "removed": self.removed,
            "columns": [dict(each) for each in self.columns],
            "conventions": list(self.conventions),
            "unknown": self.unknown,
        }


_PSI = (
    "PSI: sum of (q - p) ln(q / p) over the shares p before and q after; numbers in 10 bins between deciles before, "
    "each of them a value that is there (quantile() of R with type = 1), equal ones taken once; a bin holds its upper "
    "edge and not its lower one, and the ends are open; else a bin for each value, and none of columns with more than "
    "1,000; missing values are a bin; bins that are empty before and after are left out; shares below 0.0001 count as "
    "0.0001."
)
_KS = (
    "KS: the largest distance D of the two distribution functions, without missing values; its p-value is asymptotic "
    "in n m / (n + m), and too large where values are tied; R's exact p-value differs."
)
CONVENTIONS = (_PSI, _KS, "Of more than 200,000 rows, both are computed on one of each k rows, drawn at random.")
"""How the numbers of a difference are computed."""


def run(request: DataDiffRequest, events: Events) -> DataDiffResult:
    """Compare two versions.

    Raises:
        CommandError: There is no such version, only one, or it is altered.
    """
    adapter = data()
    with telling(events):
        board = board_of(adapter, request.folder, request.board)
        after = version_of(board, request.name, request.after)
        known = versions_of(board, request.name)
        if request.before is not None:
            before = version_of(board, request.name, request.before)
        else:
            place = next(i for i, each in enumerate(known) if each.version == after.version)
            if place == 0:
                raise CommandError(
                    f"There is no version of `{after.name}` before {after.version}.",
                    remedy="Add another first: ao data add FILE"
                    if len(known) == 1
                    else "Name both: --before and --after.",
                    code=Code.USAGE,
                )
            before = known[place - 1]
        with (
            opened(adapter, board, before, events) as (old_file, old),
            opened(adapter, board, after, events) as (new_file, new),
        ):
            events.doing("Comparing them")
            was, now = _looked_at(adapter, old_file, old), _looked_at(adapter, new_file, new)
            is_known = bool(was.columns and now.columns)
            columns = adapter.compare(old_file, was, new_file, now) if is_known else []
        events.idle()
    return DataDiffResult(
        before,
        after,
        (was.rows, now.rows),
        [name for name in now.columns if is_known and name not in was.columns],
        [name for name in was.columns if is_known and name not in now.columns],
        columns,
        CONVENTIONS,
        _unknown([(before, was), (after, now)]),
    )


def _looked_at(adapter: Data, file: Path, known: Description) -> Description:
    if known.columns or known.form != "rds":
        return known
    # R was perhaps not there when it was added
    looked = adapter.describe(file, "rds", about=known.about, said={}, missing_words=(), advance=lambda _, __: None)
    return looked.description


def _unknown(compared: list[tuple[Stored, Description]]) -> list[str]:
    has_r = shutil.which("Rscript") is not None
    why = (
        "it holds no data frame whose columns are of single values"
        if has_r
        else "R, which alone reads RDS, is not on PATH"
    )
    lacking = [f"Nothing is known of the columns of {stored.version}: {why}."
               for stored, known in compared if not known.columns]  # fmt: skip
    if lacking or has_r or "rds" not in {known.form for _, known in compared}:
        return lacking
    return [f"Values are not compared, so there is no PSI and no KS: {why}."]


VERB = Verb("data diff", "Compare two versions of a dataset.", DataDiffRequest, run)
