"""In which encoding a file of text is, as far as its bytes can tell."""

from __future__ import annotations

import codecs
import shlex
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.file_kinds import JSON_KIND, START_BYTES, foreign_kind

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from pathlib import Path

_CHUNK = 1 << 20
_OLD = "cp1252"
"""What spreadsheets in Western Europe and America write where they do not write UTF-8."""


def encoding_of(path: Path, file: str) -> str:
    """Tell the encoding: UTF-8, or UTF-16 where the file begins with its mark.

    Args:
        path: The file.
        file: Its name, for messages.

    Raises:
        CommandError: It is neither, and the message shows a word of it as another encoding would read it; or the file
            is of another kind.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = 0
    with path.open("rb") as source:
        start = source.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        chunk = start + source.read(_CHUNK)
        _refuse_other_files(file, chunk[:START_BYTES])
        if b"\0" in chunk:
            raise CommandError(
                f"{file} is not a CSV file: it holds bytes that do not occur in text.",
                remedy="Save the rows as CSV, or name the file's encoding: --encoding utf-16-le.",
                code=Code.FILE_UNREADABLE,
            )
        while chunk:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise _other(file, error, before) from error
            before += chunk.count(b"\n")
            chunk = source.read(_CHUNK)
    return "utf-8"


def _refuse_other_files(file: str, start: bytes) -> None:
    kind = foreign_kind(start)
    if kind is not None:
        raise CommandError(
            f"{file} is not a CSV file: it is {kind}.",
            remedy="Send it to a served model as it is: "
            f"curl --header 'content-type: application/json' --data @{shlex.quote(file)} URL/predict"
            if kind == JSON_KIND
            else "Save the rows as CSV.",
            code=Code.FILE_UNREADABLE,
        )


def checked_encoding(name: str) -> str:
    """Return Python's name of an encoding that a person named.

    Raises:
        CommandError: There is no such encoding of text.
    """
    try:
        found = codecs.lookup(name)
        "a".encode(found.name)
    except (LookupError, UnicodeError, TypeError) as error:
        raise CommandError(
            f"There is no encoding `{name}`.",
            remedy="Common ones are utf-8, cp1252 (Western Europe), cp1250 (Central Europe), cp1251 (Cyrillic), "
            "shift_jis, gb18030 and utf-16.",
            code=Code.USAGE,
        ) from error
    return "utf-8" if found.name == "utf-8-sig" else found.name


class EncodingError(CommandError):
    """A file is not in UTF-8.

    Attributes:
        word: A word of it, as cp1252 reads it.
    """

    word = ""


def _other(file: str, error: UnicodeDecodeError, lines_before: int) -> EncodingError:
    data, at = error.object, error.start
    ends = b" \t\r\n,;|\"'"
    first, last = at, at
    while first > 0 and data[first - 1] not in ends:
        first -= 1
    while last < len(data) and data[last] not in ends:
        last += 1
    word = data[first:last].decode(_OLD, "replace")[:40]
    line = lines_before + data[:at].count(b"\n") + 1
    found = EncodingError(
        f"{file} is not in UTF-8: line {line} has a byte that is not UTF-8.",
        details=(f"In the encoding {_OLD} the word there is {word}.",),
        remedy=f"If that is right, add --encoding {_OLD}; else name the file's encoding, or save it as CSV UTF-8.",
        code=Code.FILE_UNREADABLE,
    )
    found.word = word
    return found
