"""Bodies of JSON lines, which hold a row each, as one document of JSON."""

from __future__ import annotations

import json

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_api_service.bodies.media import utf8_of, without_mark

_RAW = msgspec.json.Decoder(msgspec.Raw)


def as_document(body: bytes, charset: str, member: str) -> bytes:
    """Return a body as an object whose only member is a list of the lines.

    Args:
        body: The lines; empty ones are left out.
        charset: Their encoding, by Python's name.
        member: The member's name.

    Raises:
        AnOpsError: `BODY_SYNTAX`: a line is not JSON.
    """
    lines = []
    for number, line in enumerate(without_mark(utf8_of(body, charset)).split(b"\n"), 1):
        if stripped := line.strip():
            _check(stripped, number)
            lines.append(stripped)
    return b'{"%s":[%s]}' % (member.encode(), b",\n".join(lines))


def _check(line: bytes, number: int) -> None:
    try:
        _RAW.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            json.loads(line)  # it reads NaN and Infinity, which Python writes
        except (ValueError, RecursionError) as error:
            raise AnOpsError(
                Code.BODY_SYNTAX,
                f"Can't read the body as JSON lines: line {number} is not JSON.",
                remedy='Send a row in each line, such as {"wt": 2.6, "hp": 110}.',
            ) from error
