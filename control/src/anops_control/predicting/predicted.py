"""The predictions of a file, as they are given to whoever asked for them."""

from __future__ import annotations

import codecs
import contextlib
import io
import tempfile
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BUFFERED = 1 << 16


@dataclass(slots=True)
class PredictResult:
    """The answer.

    Attributes:
        warnings: What goes with it, where it is CSV; JSON carries its own.
        output: The file that it is in.
        lines: The answer as text, where it is in no file; it can be read once.
        encoding: The encoding of a file like the one that was sent.
        failures: The file of rows that could not be predicted; None where none was wanted.
        rows: How many rows there were, where that was counted.
        failed: How many of them could not be predicted.
    """

    warnings: list[dict[str, Any]]
    output: Path | None = None
    lines: Iterable[str] = ()
    encoding: str = "utf-8"
    failures: Path | None = None
    rows: int | None = None
    failed: int = 0
    _content: contextlib.ExitStack = field(default_factory=contextlib.ExitStack, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON; this reads the answer."""
        told: dict[str, Any] = {"warnings": self.warnings}
        if self.failures is not None:
            told |= {"rows": self.rows, "failed": self.failed}
            told |= {"failures": str(self.failures)} if self.failed else {}
        if self.output is not None:
            return told | {"output": str(self.output)}
        with self._content:
            return told | {"content": "".join(self.lines)}

    def held(self) -> PredictResult:
        """Read the answer to its end, since whoever gives it goes; on disk where it is long."""
        if self.output is not None:
            return self
        kept = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115  whoever reads it closes it
        with self._content:
            kept.writelines(self.lines)
        kept.seek(0)
        made = PredictResult(self.warnings, None, kept, self.encoding)
        made.keep_open(kept)
        return made

    def keep_open(self, content: contextlib.AbstractContextManager[Any]) -> None:
        """Keep open until it is read what the answer is read from."""
        self._content.enter_context(content)

    def write(self, target: BinaryIO) -> None:
        """Write the answer.

        Raises:
            CommandError: The encoding does not have a letter of it.
        """
        with self._content:
            encoder = codecs.getincrementalencoder(self.encoding)()
            lines = self.lines
            if isinstance(lines, io.TextIOBase):  # as it came: nobody looks at its lines
                lines = iter(partial(lines.read, _BUFFERED), "")
            try:
                target.writelines(encoder.encode(line) for line in lines)
            except UnicodeEncodeError as error:
                raise CommandError(
                    f"The predictions hold {error.object[error.start]!r}, which the encoding {self.encoding} "
                    "does not have.",
                    code=Code.FILE_UNWRITABLE,
                    remedy="Leave out --like-input.",
                ) from error
            target.flush()
