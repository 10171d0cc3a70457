"""Puts a person's own columns before the predictions of their rows, row by row, in each format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.tables.records import cells_of, moved, text_of, whole_rows, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import TextIOBase
    from pathlib import Path
    from typing import BinaryIO

    from anops_control.predicting.sent_file import SentFile

_BUFFERED = 1 << 16


@dataclass(frozen=True, slots=True)
class Joined:
    """What is written out.

    Attributes:
        file: The rows that were sent.
        kept: The columns of it that go before the predictions.
        like_input: Whether it is written as the file is: separator, decimal mark, encoding.
        numbers: The columns of the answer that are numbers; None: nobody knows.
    """

    file: SentFile
    kept: Sequence[str] = ()
    like_input: bool = False
    numbers: frozenset[str] | None = None

    def is_whole(self, form: str) -> bool:
        """Say whether an answer is written out as it came."""
        return not self.kept and not (form == "csv" and self.like_input)

    def csv_lines(self, answer: Iterable[str]) -> Iterator[str]:
        """Yield an answer in CSV with the kept columns, line by line."""
        separator = self.file.dialect.separator if self.like_input else ","
        comma = self.like_input and self.file.dialect.decimal == ","
        rows = whole_rows(answer)
        header = cells_of(next(rows, "").rstrip("\r\n"), ",")
        names = [text_of(cell) for cell in header]
        self._refuse_clash(names)
        end = "\r\n" if self.like_input and self.file.ends_lines_as_windows else "\n"
        numbers = [comma and (self.numbers is None or name in self.numbers) for name in names]
        yield separator.join([*(_name(name, separator) for name in self.kept), *_moved(header, separator)]) + end
        if not self.like_input and self.file.dialect.separator == ",":
            # all cells stay as they are
            for mine, row in self._paired(rows):
                yield f"{','.join(mine)},{row}"
            return
        for mine, row in self._paired(rows):
            theirs = cells_of(row.rstrip("\r\n"), ",")
            cells = _with_comma(theirs, numbers) if comma else theirs
            yield separator.join([*_moved(mine, separator), *_moved(cells, separator)]) + end

    def json_text(self, answer: TextIOBase) -> Iterator[str]:
        """Yield an answer in JSON with the kept columns, as text, first in each record."""
        decoder, kept = json.JSONDecoder(), list(self.kept)
        start, opening = "", '"predictions":['
        while opening not in start and (more := answer.read(_BUFFERED)):
            start += more
        before, _, rest = start.partition(opening)
        yield before + opening
        mine = self.file.kept(kept)
        first = True
        while True:
            rest = rest.lstrip(", \n")
            if rest.startswith("]"):
                break
            try:
                record, end = decoder.raw_decode(rest)
            except ValueError:
                more = answer.read(_BUFFERED)
                if not more:
                    raise
                rest += more
                continue
            if first:
                self._refuse_clash(list(record))
            own = next(mine, None)
            if own is None:
                raise _other_length()
            texts = {name: text_of(cell) or None for name, cell in zip(kept, own, strict=True)}
            yield ("" if first else ",") + json.dumps({**texts, **record}, ensure_ascii=False, separators=(",", ":"))
            first, rest = False, rest[end:]
            if len(rest) < _BUFFERED // 2:
                rest += answer.read(_BUFFERED)
        yield rest
        while more := answer.read(_BUFFERED):
            yield more

    def write_arrow(self, answer: BinaryIO, output: Path) -> None:
        """Write an answer that came as Arrow with the kept columns, as Arrow or Parquet by the file's ending.

        Kept columns are text from CSV, and have their own types from Arrow and Parquet.
        """
        from pyarrow import ipc  # noqa: PLC0415  it is slow to import

        with ipc.open_stream(answer) as reader:
            self.write_batches(reader.schema, reader, output)

    def write_batches(self, schema: Any, batches: Iterable[Any], output: Path) -> None:  # noqa: ANN401  pyarrow has no types
        """Write predictions that are batches of Arrow, as `write_arrow` does.

        Args:
            schema: Their columns.
            batches: The predictions.
            output: The new file.
        """
        import pyarrow as pa  # noqa: PLC0415  it is slow to import
        from pyarrow import ipc  # noqa: PLC0415  the same
        from pyarrow.parquet import ParquetWriter  # noqa: PLC0415  the same

        new = ParquetWriter if output.suffix.lower() == ".parquet" else ipc.new_stream
        mine = self._arrays(pa)
        self._refuse_clash(schema.names)
        writer: Any = None
        with output.open("wb") as target:
            for batch in _at_least_one(batches, schema, pa):
                own = mine(batch.num_rows)
                joined = pa.table([*own.columns, *batch.columns], names=[*self.kept, *schema.names])
                writer = writer or new(target, joined.schema)
                writer.write_table(joined)
            writer.close()

    def _arrays(self, pa: Any) -> Any:  # noqa: ANN401  pyarrow has no types
        from anops_control.predicting.client import CSV  # noqa: PLC0415  it needs the network's library

        done = 0
        rows = self.file.kept(list(self.kept)) if self.file.media_type == CSV else iter(())
        table = None if self.file.media_type == CSV else self.file.table(list(self.kept))

        def take(count: int) -> Any:  # noqa: ANN401  the same
            nonlocal done
            done += count
            if table is not None:
                return table.slice(done - count, count)
            taken = [next(rows, None) for _ in range(count)]
            if None in taken:
                raise _other_length()
            texts = [[text_of(cell) or None for cell in row or ()] for row in taken]
            columns = list(zip(*texts, strict=True)) or [()] * len(self.kept)
            return pa.table([pa.array(each, pa.string()) for each in columns], names=list(self.kept))

        return take

    def _paired(self, answered: Iterator[str]) -> Iterator[tuple[list[str], str]]:
        if not self.kept:
            yield from (([], row) for row in answered)
            return
        for mine, theirs in zip_longest(self.file.kept(list(self.kept)), answered):
            if mine is None or theirs is None:
                raise _other_length()
            yield mine, theirs

    def _refuse_clash(self, answered: Sequence[str]) -> None:
        both = [name for name in self.kept if name in answered]
        if both:
            raise CommandError(
                f"Can't keep column `{both[0]}` of {self.file.name}: the predictions have a column of that name.",
                remedy="Rename it in the file, or keep others.",
                code=Code.USAGE,
            )


def _other_length() -> CommandError:
    return CommandError(
        "The answer and the file now have different numbers of rows.",
        remedy="Ask again, and leave the file as it is meanwhile.",
        code=Code.SERVICE_ANSWER,
    )


def _name(name: str, separator: str) -> str:
    return written(name, separator) if name else '""'


def _moved(cells: Sequence[str], separator: str) -> list[str]:
    return [moved(cell, separator) for cell in cells]


def _with_comma(cells: Sequence[str], numbers: Sequence[bool]) -> list[str]:
    return [
        cell.replace(".", ",") if number and not cell.startswith('"') else cell
        for cell, number in zip(cells, numbers, strict=True)
    ]


def _at_least_one(batches: Iterable[Any], schema: Any, pa: Any) -> Iterator[Any]:  # noqa: ANN401  pyarrow has no types
    found = False
    for batch in batches:
        found = True
        yield batch
    if not found:
        yield pa.record_batch([pa.array([], field.type) for field in schema], schema=schema)
