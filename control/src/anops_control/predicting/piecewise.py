"""Predicts a file piece by piece: rows that fail go into a file of their own, and what was broken off goes on."""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_control.errors import CommandError
from anops_control.events import CancelledError
from anops_control.predicting.client import ARROW, CSV, ServedAnswer, ask, media_type_of, refused, talking_to
from anops_control.predicting.gathered_warnings import gather
from anops_control.predicting.joining import Joined
from anops_control.predicting.pieces import Piece, Pieces
from anops_control.predicting.progress import Progress
from anops_control.predicting.typed_predictions import types_of, write_typed
from anops_control.tables.records import cells_of, moved, text_of, whole_rows, written

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


def require_two_files(output: Path, failures: Path) -> None:
    """Refuse files of predictions and of failed rows that can't be written both.

    Raises:
        CommandError: They are one, or the failed rows are not to be CSV.
    """
    if media_type_of(str(failures)) != CSV:
        raise CommandError(
            f"The failed rows are written as CSV, which {failures} is not.",
            remedy=f"Name it {failures.with_suffix('.csv')}.",
            code=Code.USAGE,
        )
    if output.absolute() == failures.absolute():
        raise CommandError(
            f"The predictions and the failed rows can't both be in {output}.", remedy="Name two files.", code=Code.USAGE
        )


@dataclass(slots=True)
class Piecewise:
    """Predicts one file.

    Attributes:
        sent: The file.
        asking: Whom to ask.
        kept: The columns that go before the predictions.
        output: The file of predictions: Arrow or Parquet by its ending, else CSV.
        failures: The file of rows that have failed.
    """

    sent: SentFile
    asking: Asking
    kept: Sequence[str]
    output: Path
    failures: Path
    _progress: Progress = field(default_factory=lambda: Progress({}))
    _names: list[str] = field(default_factory=list)

    def run(self, events: Events) -> Progress:
        """Predict all rows; a row that fails has missing predictions, and stands among the failures with its reason.

        Raises:
            CommandError: The service can't be reached, or the rows of its model depend on each other.
            AnOpsError: The service refuses whatever the rows are.
        """
        part, kept = (self.output.with_name(self.output.name + more) for more in (".part", ".progress"))
        about = self._about()
        begun = part.exists() and self.failures.exists()
        pieces = Pieces(self.sent, PIECE_ROWS)
        with ExitStack() as files:
            alone = _alone({part: self.output, self.failures: self.failures})
            output, failures = (files.enter_context(each) for each in alone)
            progress = self._progress = (Progress.found(kept, about) if begun else None) or Progress(about)
            if progress.rows:
                events.note(f"Continuing after row {progress.rows:,}, where it was interrupted.")
            for file, size in ((output, progress.output), (failures, progress.failures)):
                file.truncate(size)
                file.seek(size)
            mine = islice(self._kept(), progress.rows, None)
            for piece in pieces.after(progress.rows):
                self._piece(piece, pieces, list(islice(mine, piece.rows)), output, failures)
                progress.output, progress.failures = _safe(output), _safe(failures)
                progress.keep(kept)
                events.doing(f"Predicting {self.sent.name}: {progress.rows:,} rows done")
                if events.is_cancelled:
                    raise CancelledError
            if not progress.names:  # all rows have failed: an answer to none has the columns
                names, _, _ = self._asked(pieces.nothing().body(()), pieces.media_type)
                self._begin(names, output)
                progress.output = _safe(output)
                progress.keep(kept)
        self._finish(part, events)
        kept.unlink(missing_ok=True)
        if not progress.failed:
            self.failures.unlink()
        return progress

    @property
    def _is_typed(self) -> bool:
        return media_type_of(str(self.output)) != CSV

    def _finish(self, part: Path, events: Events) -> None:
        if not self._is_typed:
            part.replace(self.output)
            return
        events.doing(f"Writing {self.output}")
        whole = self.output.with_name(f".{self.output.name}.new{self.output.suffix}")
        try:
            write_typed(part, self._progress.names, self._progress.types, Joined(self.sent, self.kept), whole)
            whole.replace(self.output)
        finally:
            whole.unlink(missing_ok=True)
        part.unlink()

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

    def _kept(self) -> Iterator[list[str]]:
        """Yield what goes before the predictions of each row; typed columns are put there at the end."""
        return repeat([]) if self._is_typed or not self.kept else self.sent.kept(self.kept)

    def _piece(self, piece: Piece, pieces: Pieces, mine: list[list[str]], output: BinaryIO, failures: BinaryIO) -> None:
        progress = self._progress
        why: dict[int, tuple[str, str]] = {}
        answered = self._answered(piece, pieces.media_type, range(piece.rows), why)
        if answered and not progress.names:
            first = piece.body([next(iter(answered))])
            self._begin(self._names, output)
            if self._is_typed:
                progress.types = types_of(self._ask(first, pieces.media_type, ARROW).content)
        if progress.names:
            self._write(output, ((own, answered.get(i)) for i, own in enumerate(mine)))
        if why and not progress.failed:
            failures.write(f"row,column,why,{pieces.header()}\n".encode())
        for i, (column, reason) in sorted(why.items()):
            about = f"{progress.rows + i + 1},{written(column)},{written(reason)}"
            failures.write(f"{about},{piece.cells(i)}\n".encode())
        progress.rows += piece.rows
        progress.failed += len(why)

    def _begin(self, names: list[str], output: BinaryIO) -> None:
        """Write the columns, now that they are known, and the rows that have failed before."""
        self._progress.names = names
        kept = [] if self._is_typed else self.kept
        output.write((",".join([*map(written, kept), *map(written, names)]) + "\n").encode())
        self._write(output, ((own, None) for own in islice(self._kept(), self._progress.rows)))

    def _write(self, output: BinaryIO, rows: Iterable[tuple[list[str], str | None]]) -> None:
        gap = ",".join(["NA"] * len(self._progress.names))
        for own, answered in rows:
            line = ",".join([*(moved(cell) for cell in own), gap if answered is None else answered])
            output.write(f"{line}\n".encode())

    def _answered(
        self, piece: Piece, media_type: str, places: Sequence[int], why: dict[int, tuple[str, str]]
    ) -> dict[int, str]:
        """Return the answer to each row that has one; the others are told why they have none."""
        left = list(places)
        while left:
            try:
                names, lines, warnings = self._asked(piece.body(left), media_type)
            except AnOpsError as error:
                problem = error.problem
                named = {fault.row: fault for fault in reversed(problem.faults) if fault.row is not None}
                if not named and problem.code not in _OF_ROWS:
                    raise
            else:
                self._names = names
                self._gather(warnings, left)
                return dict(zip(left, lines, strict=True))
            if named:
                why.update({left[row - 1]: (fault.column or "", _reason(fault)) for row, fault in named.items()})
                left = [i for i in left if i not in why]
            elif len(left) == 1:
                why[left[0]] = ("", problem.message)
                return {}
            else:
                half = len(left) // 2
                halves = left[:half], left[half:]
                return {k: v for each in halves for k, v in self._answered(piece, media_type, each, why).items()}
        return {}

    def _gather(self, warnings: Iterable[dict[str, Any]], places: Sequence[int]) -> None:
        for each in warnings:
            rows = [self._progress.rows + places[row - 1] + 1 for row in each.get("rows", ()) if row <= len(places)]
            gather(self._progress.warnings, each, rows)

    def _asked(self, body: bytes, media_type: str) -> tuple[list[str], list[str], tuple[dict[str, Any], ...]]:
        """Return the columns of an answer, its lines, and what goes with it."""
        answer = self._ask(body, media_type, CSV)
        with answer.content:
            head, *lines = whole_rows(answer.content.read().decode().splitlines(keepends=True))
        names = [text_of(cell) for cell in cells_of(head.rstrip("\r\n"), ",")]
        known = self._progress.names
        if known and names != known:
            raise CommandError(
                f"The predictions had the columns {', '.join(known)}, and now have {', '.join(names)}.",
                remedy="Run the command again: it then predicts all rows from the beginning.",
                code=Code.SERVICE_ANSWER,
            )
        return names, [line.rstrip("\r\n") for line in lines], answer.warnings

    def _ask(self, body: bytes, media_type: str, accept: str) -> ServedAnswer:
        asking = self.asking
        return ask(
            asking.url, lambda: [body], media_type=media_type, options=asking.options, accept=accept, key=asking.key
        )


def _reason(fault: Fault) -> str:
    """Say what is wrong with a row; its number stands beside it."""
    if fault.expected and fault.received:
        return f"expected {fault.expected}, received {fault.received}"
    return fault.code.info.title


def _alone(paths: dict[Path, Path]) -> list[BinaryIO]:
    """Open files that no other process writes meanwhile; their locks go with the process that has them.

    Args:
        paths: Each file, and what it is called to a person.

    Raises:
        CommandError: Another has one of them.
    """
    made = [path for path in paths if not path.exists()]
    opened: list[BinaryIO] = []
    for path, told in paths.items():
        path.touch()
        opened.append(path.open("r+b"))
        if not _is_mine(opened[-1], path):
            for file in opened:
                file.close()
            for fresh in made:
                fresh.unlink(missing_ok=True)
            raise CommandError(
                f"{told} is being written by another command already.",
                remedy="Wait for its end, or name other files by --output and --failed.",
                code=Code.USAGE,
            )
    return opened


def _is_mine(file: BinaryIO, path: Path) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # whoever had it until now may have put it in its place, or taken it away
    return path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())


def _safe(file: BinaryIO) -> int:
    """Check that what was written is on disk, and return how many bytes there are."""
    file.flush()
    os.fsync(file.fileno())
    return file.tell()
