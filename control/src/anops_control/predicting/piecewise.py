"""Predicts a CSV file piece by piece: rows that fail go into a file of their own, and what was broken off goes on."""

from __future__ import annotations

import codecs
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_control.errors import CommandError
from anops_control.events import CancelledError
from anops_control.predicting.client import CSV, ask, refused, talking_to
from anops_control.tables.records import cells_of, moved, whole_rows, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from anops_model_interface.errors import Fault

    from anops_control.events import Events
    from anops_control.predicting.sent_file import SentFile

PIECE_ROWS = 5000
_OF_ROWS = frozenset({Code.MODEL_FAILED, Code.MODEL_REFUSED, Code.MODEL_OUTPUT, Code.WORKER_DIED})
"""Where the model fails over rows and nobody says which, they are tried in halves."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask, and how.

    Attributes:
        url: Where the service is.
        key: A key of it, or a token.
        options: Options of the model.
    """

    url: str
    key: str | None
    options: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Progress:
    """How far a file has come; kept beside the predictions until they are whole.

    Attributes:
        about: What it depends on: the file, the model, what was asked.
        rows: How many rows are done.
        failed: How many of them have failed.
        output: How many bytes of predictions they have.
        failures: How many bytes of failures.
        names: The columns of the predictions.
    """

    about: dict[str, Any]
    rows: int = 0
    failed: int = 0
    output: int = 0
    failures: int = 0
    names: list[str] = field(default_factory=list)

    def keep(self, path: Path) -> None:
        """Write it, so that it is whole or as it was."""
        fresh = path.with_name(path.name + ".new")
        members = {name: getattr(self, name) for name in self.__slots__}
        fresh.write_text(json.dumps(members), encoding="utf-8")
        fresh.replace(path)

    @classmethod
    def found(cls, path: Path, about: dict[str, Any]) -> Progress | None:
        """Return how far it came before; None where nothing is kept, or of something else."""
        try:
            read = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return read if read.about == about else None


@dataclass(slots=True)
class Piecewise:
    """Predicts one file.

    Attributes:
        sent: The file.
        asking: Whom to ask.
        kept: The columns that go before the predictions.
        output: The file of predictions.
        failures: The file of rows that have failed.
        warnings: What the service warned of, each once, without its rows: these are counted in pieces.
    """

    sent: SentFile
    asking: Asking
    kept: Sequence[str]
    output: Path
    failures: Path
    warnings: list[dict[str, Any]] = field(default_factory=list)
    _header: str = ""
    _names: list[str] = field(default_factory=list)

    def run(self, events: Events) -> Progress:
        """Predict all rows; a row that fails has missing predictions, and stands among the failures with its reason.

        Raises:
            CommandError: The service can't be reached, or the rows of its model depend on each other.
            AnOpsError: The service refuses whatever the rows are.
        """
        part, kept = (self.output.with_name(self.output.name + more) for more in (".part", ".progress"))
        about = self._about()
        progress = Progress.found(kept, about)
        if progress is None or not (part.exists() and self.failures.exists()):
            progress = Progress(about)
            for each in (part, self.failures):
                each.write_bytes(b"")
        elif progress.rows:
            events.note(f"Continuing after row {progress.rows:,}, where it was interrupted.")
        self._names = progress.names
        with part.open("r+b") as output, self.failures.open("r+b") as failures:
            for file, size in ((output, progress.output), (failures, progress.failures)):
                file.truncate(size)
                file.seek(size)
            for rows, mine in self._pieces(progress.rows):
                self._piece(rows, mine, progress, output, failures)
                progress.output, progress.failures = _safe(output), _safe(failures)
                progress.keep(kept)
                events.doing(f"Predicting {self.sent.name}: {progress.rows:,} rows done")
                if events.is_cancelled:
                    raise CancelledError
        part.replace(self.output)
        kept.unlink(missing_ok=True)
        if not progress.failed:
            self.failures.unlink()
        return progress

    def _about(self) -> dict[str, Any]:
        with talking_to(self.asking.url, self.asking.key) as client:
            card = refused(client.get(f"{self.asking.url}/model")).json()
        if not card.get("row_independent"):
            raise CommandError(
                "Rows can't be predicted piece by piece: this model's prediction for a row may depend on the others.",
                remedy="Leave out --failed. Where rows don't depend on each other, write row_independent = true below "
                "[model] in ao.toml.",
                code=Code.USAGE,
            )
        state = self.sent.path.stat()
        return {
            "file": [str(self.sent.path.absolute()), state.st_size, state.st_mtime_ns],
            "model": [card.get("name"), card.get("version"), card.get("digest")],
            "options": [list(each) for each in self.asking.options],
            "keep": list(self.kept),
            "failed": str(self.failures.absolute()),
        }

    def _pieces(self, done: int) -> Iterator[tuple[list[str], list[list[str]]]]:
        """Yield the next rows as plain CSV, without line ends, and their kept cells."""
        texts = (row.rstrip("\r\n") for row in whole_rows(_lines(self.sent.body())))
        self._header = next(texts, "")
        mine = self.sent.kept(self.kept)
        rows: list[str] = []
        cells: list[list[str]] = []
        for i, row in enumerate(texts):
            own = next(mine, None)
            if own is None:  # blank lines at the end
                break
            if i < done:
                continue
            rows.append(row)
            cells.append(own)
            if len(rows) == PIECE_ROWS:
                yield rows, cells
                rows, cells = [], []
        if rows or not done:
            yield rows, cells

    def _piece(
        self, rows: list[str], mine: list[list[str]], progress: Progress, output: BinaryIO, failures: BinaryIO
    ) -> None:
        why: dict[int, tuple[str, str]] = {}
        answered = self._answered(rows, range(len(rows)), why)
        if not self._names:  # all rows have failed: an answer to none has the columns
            self._asked(f"{self._header}\n".encode())
        if not progress.rows:
            progress.names = self._names
            output.write((",".join([*map(written, self.kept), *self._names]) + "\n").encode())
        gap = ",".join(["NA"] * len(self._names))
        for i, own in enumerate(mine):
            line = ",".join([*(moved(cell) for cell in own), answered.get(i, gap)])
            output.write(f"{line}\n".encode())
        if why and not progress.failed:
            failures.write(f"row,column,why,{self._header}\n".encode())
        for i, (column, reason) in sorted(why.items()):
            about = f"{progress.rows + i + 1},{written(column)},{written(reason)}"
            failures.write(f"{about},{rows[i]}\n".encode())
        progress.rows += len(rows)
        progress.failed += len(why)

    def _answered(self, rows: list[str], places: Sequence[int], why: dict[int, tuple[str, str]]) -> dict[int, str]:
        """Return the answer to each row that has one; the others are told why they have none."""
        left = list(places)
        while left or not rows:
            body = "\n".join([self._header, *(rows[i] for i in left), ""]).encode()
            try:
                return dict(zip(left, self._asked(body), strict=True))
            except AnOpsError as error:
                problem = error.problem
                named = {fault.row: fault for fault in reversed(problem.faults) if fault.row is not None}
                if not rows or (not named and problem.code not in _OF_ROWS):
                    raise
            if named:
                why.update({left[row - 1]: (fault.column or "", _reason(fault)) for row, fault in named.items()})
                left = [i for i in left if i not in why]
            elif len(left) == 1:
                why[left[0]] = ("", problem.message)
                return {}
            else:
                half = len(left) // 2
                return self._answered(rows, left[:half], why) | self._answered(rows, left[half:], why)
        return {}

    def _asked(self, body: bytes) -> list[str]:
        asking = self.asking
        answer = ask(asking.url, lambda: [body], options=asking.options, accept=CSV, key=asking.key)
        with answer.content:
            head, *lines = whole_rows(answer.content.read().decode().splitlines(keepends=True))
        names = cells_of(head.rstrip("\r\n"), ",")
        if self._names and names != self._names:
            raise CommandError(
                f"The predictions had the columns {', '.join(self._names)}, and now have {', '.join(names)}.",
                remedy="Run the command again: it then predicts all rows from the beginning.",
                code=Code.SERVICE_ANSWER,
            )
        self._names = names
        known = {(each.get("message"), each.get("column")) for each in self.warnings}
        fresh = [each for each in answer.warnings if (each.get("message"), each.get("column")) not in known]
        self.warnings += [{**each, "rows": []} for each in fresh]
        return [line.rstrip("\r\n") for line in lines]


def _reason(fault: Fault) -> str:
    """Say what is wrong with a row; its number stands beside it."""
    if fault.expected and fault.received:
        return f"expected {fault.expected}, received {fault.received}"
    return fault.code.info.title


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a text in UTF-8 that comes bit by bit."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    left = ""
    for chunk in chunks:
        *lines, left = (left + decoder.decode(chunk)).split("\n")
        yield from (line + "\n" for line in lines)
    if left:
        yield left


def _safe(file: BinaryIO) -> int:
    """Check that what was written is on disk, and return how many bytes there are."""
    file.flush()
    os.fsync(file.fileno())
    return file.tell()
