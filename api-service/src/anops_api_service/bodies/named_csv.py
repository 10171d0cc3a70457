"""CSV of which the first line may hold a row instead of the columns' names, as SageMaker's endpoints take it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anops_model_interface.notices import Notices
    from anops_model_interface.schema import ColumnSpec, Schema

    from anops_api_service.bodies.csv_body import CsvReader
    from anops_api_service.sent import Decoded

_MOST_BYTES = 1 << 20
"""The first line is no longer: what is read by then decides."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")
_BOOLEANS = frozenset({"true", "false", "t", "f"})


class NamedCsv:
    """Reads one body: where it has no line of names, the model's own stand for it, in their order.

    Attributes:
        is_headless: Whether it has none; known once its first line was there.
    """

    def __init__(self, reader: CsvReader, schema: Schema, charset: str, header: str) -> None:
        """Begin a body.

        Args:
            reader: Reads a body with names.
            schema: What the model takes.
            charset: The body's encoding.
            header: The parameter of that name of its media type: `present`, `absent`, or empty for a look at the line.
        """
        self.is_headless = False
        self._reader = reader
        self._schema = schema
        self._charset = charset
        self._header = header
        self._start: bytes | None = None if header == "present" else b""

    @property
    def notices(self) -> Notices:
        """What is told of all rows so far."""
        return self._reader.notices

    @property
    def held(self) -> int:
        """How much of the body is kept."""
        return self._reader.held + len(self._start or b"")

    def feed(self, data: bytes) -> Iterator[Decoded]:
        """Take in bytes, and return the rows that can be read now.

        Raises:
            AnOpsError: As the reader does; `BODY_SHAPE`: what the first line is can't be told.
        """
        if self._start is not None:
            self._start += data
            if b"\n" not in self._start and b"\r" not in self._start and len(self._start) < _MOST_BYTES:
                return
            data = self._named()
        yield from self._reader.feed(data)

    def finish(self) -> Iterator[Decoded]:
        """Return the last rows."""
        if self._start is not None:
            yield from self._reader.feed(self._named())
        yield from self._reader.finish()

    def _named(self) -> bytes:
        """Return what there is by now, with a line of names."""
        start, self._start = self._start or b"", None
        start = start.removeprefix(codecs.BOM_UTF8)
        text = start.decode(self._charset, errors="replace")
        line = re.split(r"[\r\n]", text, maxsplit=1)[0]
        cells = [cell.strip() for cell in next(csv.reader([line]), [])]
        names = [*self._schema.inputs]
        if self._header != "absent" and not self._is_row(cells, names):
            return start
        if len(cells) != len(names):
            named = ", ".join(f"`{shortened(name)}`" for name in names[:8]) + (", …" if len(names) > 8 else "")
            raise AnOpsError(
                Code.BODY_SHAPE,
                f"Can't read the body as CSV without names: its first row has {len(cells)} values, the model has "
                f"{len(names)} columns ({named}).",
                remedy="Send a value for each of these columns, in this order; or write their names into a first line.",
            )
        self.is_headless = True
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerow(names)
        return written.getvalue().encode(self._charset) + start

    def _is_row(self, cells: Sequence[str], names: Sequence[str]) -> bool:
        """Say whether a first line holds values.

        Raises:
            AnOpsError: `BODY_SHAPE`: it may be either.
        """
        if not names or not any(cells) or any(cell in names for cell in cells):
            return False
        if len(cells) > 1 and cells == [str(i) for i in range(len(cells))]:
            raise AnOpsError(
                Code.BODY_SHAPE,
                "Can't read the body as CSV: its first line is 0, 1, …, which may be a row, or the names of columns "
                "that have none.",
                remedy="Say which: Content-Type: text/csv; header=absent; or write the columns' names into that line.",
            )
        told = {_is_value(cell, self._schema.inputs[name]) for cell, name in zip(cells, names, strict=False)}
        return True in told and False not in told


def _is_value(cell: str, spec: ColumnSpec) -> bool | None:
    """Say whether a cell is a value of a column; None where it may be a name as well."""
    if cell in {"", "NA"} or spec.type == "string" or (spec.type == "category" and spec.levels is None):
        return None
    if spec.type == "category":
        return True if cell in spec.level_set else None
    if spec.type in {"date", "datetime"}:
        return _DAY.fullmatch(cell) is not None
    if spec.type == "boolean" and cell.lower() in _BOOLEANS:
        return True
    try:
        float(cell)
    except ValueError:
        return False
    return True
