"""Cuts a CSV file that arrives in pieces behind whole rows, so that each piece can be read by itself."""

from __future__ import annotations

import codecs
from contextlib import suppress

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.file_kinds import JSON_KIND, START_BYTES, foreign_kind
from anops_model_interface.unicode_texts import HALF

from anops_api_service.bodies.media import bad_text, half_a_character, unusable_charset

_ALWAYS_WHOLE = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})
"""Encodings, by Python's names, in which nobody can write half a character."""

PIECE_CHARACTERS = 1 << 19
"""How much text is read at a time: enough that a piece costs little by itself, little enough to hold several."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

MOST_CHARACTERS_WITHOUT_END = 1 << 24
"""A row is never that long; what looks like one has a quote that is never closed."""


class CsvPieces:
    """Takes in bytes and gives back whole rows as text, without the line end of the last.

    Attributes:
        lines: How many lines have been given back.
    """

    def __init__(self, charset: str, *, piece_characters: int | None = None) -> None:
        self.lines = 0
        self._charset = charset
        self._piece = self._enough = piece_characters or PIECE_CHARACTERS
        try:
            with suppress(UnicodeError):
                b" ".decode(charset)  # refuses codecs that are no text encodings
            self._decoder = codecs.getincrementaldecoder(charset)()
        except LookupError as error:
            raise unusable_charset(charset) from error
        self._parts: list[str] = []
        self._size = 0
        self._bytes = 0
        self._breaks = 0
        self._begun = False
        self._given = False
        self._start = b""

    @property
    def held(self) -> int:
        """How many letters wait for the end of their row."""
        return self._size

    def feed(self, data: bytes) -> str | None:
        """Take in bytes.

        Returns:
            Whole rows, once there are enough; None before.

        Raises:
            AnOpsError: `BODY_SYNTAX`: the bytes are no text in this encoding, or a quote is never closed.
        """
        self._decode(data)
        if self._size < self._enough:
            return None
        text = "".join(self._parts)
        end = _end_of_rows(text)
        if end <= 0:
            if self._size > MOST_CHARACTERS_WITHOUT_END:
                self._refuse_other_files()
                raise AnOpsError(
                    Code.BODY_SYNTAX,
                    f"Can't read the body as CSV: the row in line {self.lines + 1} has no end; "
                    "a quote in it may never be closed.",
                    remedy='Put quotes around the whole cell, and write a quote inside it twice: "a ""b"" c".',
                )
            self._parts, self._enough = [text], 2 * self._size
            return None
        self._parts, self._size, self._enough = [text[end:]], len(text) - end, self._piece
        return self._give(text[:end])

    def finish(self) -> str | None:
        """Return the rows that are left, None where there are none; line ends after the last mean nothing."""
        self._decode(b"", final=True)
        text = "".join(self._parts).rstrip("\r\n")
        self._parts = []
        return self._give(text) if text or not self._given else None

    def _give(self, text: str) -> str:
        if not self._given:
            self._refuse_other_files()
        else:
            text = text[2 if text.startswith("\r\n") else 1 :]  # the line end of the row before
        self._given = True
        self.lines += line_breaks(text) + 1
        return text

    def _refuse_other_files(self) -> None:
        kind = foreign_kind(self._start)
        if kind is not None:
            raise AnOpsError(
                Code.BODY_SYNTAX,
                f"Can't read the body as CSV: it is {kind}.",
                remedy="Send it with `Content-Type: application/json`."
                if kind == JSON_KIND
                else "Save the rows as CSV.",
            )

    def _decode(self, data: bytes, *, final: bool = False) -> None:
        if not self._bytes and self._charset == "utf-8" and data.startswith(_UTF16):
            # no UTF-8 begins so, and spreadsheets call this "Unicode text"
            self._charset = "utf-16"
            self._decoder = codecs.getincrementaldecoder("utf-16")()
        if len(self._start) < START_BYTES:
            self._start += data[:START_BYTES]
        waiting = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(data, final)
        except UnicodeDecodeError as error:
            self._refuse_other_files()
            line = self._breaks + error.object[: error.start].count(b"\n") + 1
            raise bad_text(self._charset, byte=self._bytes - waiting + error.start + 1, line=line) from error
        except (UnicodeError, LookupError) as error:
            raise unusable_charset(self._charset) from error
        if self._charset not in _ALWAYS_WHOLE and HALF.search(text):
            raise half_a_character(self._charset)
        self._bytes += len(data)
        self._breaks += text.count("\n")
        if text and not self._begun:
            self._begun = True
            text = text.removeprefix("\ufeff")
        self._parts.append(text)
        self._size += len(text)


def line_breaks(text: str) -> int:
    """Count the line ends, of whichever kind."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _end_of_rows(text: str) -> int:
    """Return where the last row ends that is whole for sure, and is not followed by line ends only."""
    # the last character may be the first half of \r\n
    before = text[:-1]
    quotes, stop = before.count('"'), len(before)
    while stop >= 0:
        # from quote to quote, the last first: what stands behind an even number of them is no part of a cell
        start = before.rfind('"', 0, stop) + 1
        if quotes % 2 == 0:
            end = max(before.rfind("\n", start, stop), before.rfind("\r", start, stop))
            if end >= 0:
                return len(text[:end].rstrip("\r\n"))
        quotes, stop = quotes - 1, start - 1
    return 0
