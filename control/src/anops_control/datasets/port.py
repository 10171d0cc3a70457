"""The port behind which datasets are kept, read and described; an adapter is found by its entry point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from anops_control.extras.opening import opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from anops_model_interface.schema import ColumnSpec

    from anops_control.datasets.description import About, Description, Form
    from anops_control.tables.dialect import Asked

GROUP = "anops.data"
Advance = Callable[[int, int], None]
"""Is told how much is done, of how much."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A version of a dataset that is kept.

    Attributes:
        name: The dataset.
        version: Its version, by which every client of pins knows it.
        hash: The hash of its bytes.
        created: When it was added, in UTC as ISO 8601.
        bytes: Its size.
        file: The name of its file.
        description: What is known of it; None: it was not added by AnOps.
        kind: Its type in the words of pins.
    """

    name: str
    version: str
    hash: str
    created: str
    bytes: int
    file: str
    kind: str
    description: Description | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = {"name": self.name, "version": self.version, "hash": self.hash, "created": self.created}
        described = {} if self.description is None else self.description.to_dict()
        return told | {"bytes": self.bytes, "type": self.kind} | described


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to become a version.

    Attributes:
        name: The dataset.
        file: Its bytes.
        description: What is known of it.
        hash: The hash of the bytes.
        created: When it was added to another board, as `Stored.created`; None: it is added now.
    """

    name: str
    file: Path
    description: Description
    hash: str
    created: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A value that a described column can't have.

    Attributes:
        column: The column.
        text: What is wrong, as a clause: "must be a number, not text".
    """

    column: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A file that was looked at.

    Attributes:
        description: What is known of it.
        misfits: Columns that are not of the type that was said.
    """

    description: Description
    misfits: tuple[Misfit, ...] = field(default=())


class Board(Protocol):
    """Where datasets are kept."""

    @property
    def address(self) -> str:
        """What a person calls it."""

    def names(self) -> Sequence[str]:
        """Return the names of all datasets, in order."""

    def versions(self, name: str) -> Sequence[Stored]:
        """Return the whole versions of a dataset, the oldest first; none where there is no such dataset."""

    def ahead(self, file: Path) -> AbstractContextManager[None]:
        """Begin to keep a file meanwhile that `add` may be given; nothing of it is left where it is not."""

    def add(self, wanted: Wanted, advance: Advance) -> tuple[Stored, bool]:
        """Keep a version, all of it or nothing, and say whether it is new: the same bytes are one version."""

    def verified(self, stored: Stored, advance: Advance) -> AbstractContextManager[Path]:
        """Give a version's file, whose bytes are those that were added.

        Raises:
            CommandError: They are not.
        """

    def remove(self, name: str, versions: Sequence[Stored]) -> None:
        """Remove versions of a dataset, and the dataset with the last of them."""


class Data(Protocol):
    """What an entry point of the group `anops.data` names."""

    def board(self, address: str, options: Mapping[str, str]) -> Board:
        """Open a board; nothing is written yet.

        Raises:
            CommandError: It can't be used.
        """

    def form_of(self, file: Path) -> Form:
        """Tell how a file is written.

        Raises:
            CommandError: It is of no form that can be kept.
        """

    def plain(self, file: Path, form: Form, asked: Asked) -> AbstractContextManager[Path]:
        """Give a file as it is kept: CSV with commas, in UTF-8; all else as it is."""

    def digest(self, file: Path, advance: Advance) -> str:
        """Return the hash of a file, as `Stored.hash`."""

    def describe(
        self,
        file: Path,
        form: Form,
        *,
        about: About,
        said: Mapping[str, ColumnSpec],
        missing_words: Sequence[str],
        advance: Advance,
    ) -> Described:
        """Look at a file, in a memory that does not grow with it."""

    def convert(self, file: Path, description: Description, form: Form, target: Path) -> None:
        """Write a version in another form, with all types and missing values."""

    def compare(self, before: Path, old: Description, after: Path, new: Description) -> Sequence[Mapping[str, Any]]:
        """Compare the values of two versions, column by column."""

    def query(self, database: str, query: str, target: Path, advance: Advance) -> None:
        """Write the rows that a database answers into a Parquet file."""


def data() -> Data:
    """Return what keeps datasets.

    Raises:
        CommandError: The extra is not installed, or can't be imported.
    """
    who: Data = opened("data", GROUP, "Datasets are kept", "ao extra add data")
    return who
