"""Reading a request's body: its media type, its encoding, its size."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from email.message import Message
from typing import TYPE_CHECKING

from anops_http.connections.stalls import STALLED
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_api_service.bodies.compressed import ENCODINGS, is_known

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

    from anops_api_service.bodies.body_room import Held

JSON = "application/json"
CSV = "text/csv"
ARROW = "application/vnd.apache.arrow.stream"
ARROW_FILE = "application/vnd.apache.arrow.file"
"""Also called Feather: a stream with a list of places behind it."""
PARQUET = "application/vnd.apache.parquet"
_PARQUETS = frozenset({PARQUET, "application/x-parquet", "application/parquet"})
"""How it was called before it had a name of its own, too: SageMaker says x-parquet."""
JSON_LINES = ("application/jsonlines", "application/x-ndjson")
"""How SageMaker and others call a row of JSON in each line."""
_JSON_LINES = frozenset({*JSON_LINES, "application/x-jsonlines", "application/jsonl", "application/ndjson"})
FORM = "application/x-www-form-urlencoded"
"""What `curl -d` calls everything; it is read as JSON, which it is."""

MOST_HEADER = 1000
"""How many letters of such a header are read: Python's reader takes its time over long ones."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class ClientGone(Exception):  # noqa: N818  nobody erred: there is no one to answer any more
    """The client left before its request was read."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """What a body is.

    Attributes:
        kind: `application/json`, `text/csv`, Parquet's, or one of Arrow's.
        charset: Its encoding, by Python's name.
        packed: How it is compressed, by the header `Content-Encoding`; empty: it is not.
        header: Whether the first line of CSV has the columns' names, by that parameter (RFC 4180): `present` or
            `absent`; empty where it is not said.
        lines: Whether it is JSON with a row in each line.
    """

    kind: str
    charset: str = "utf-8"
    packed: str = ""
    header: str = ""
    lines: bool = False


def media_type(content_type: str, content_encoding: str = "") -> MediaType:
    """Read the headers `Content-Type`, without which the body is JSON, and `Content-Encoding`.

    Raises:
        AnOpsError: `MEDIA_TYPE`: the body is of a kind that is not read here.
    """
    return replace(_media_type(content_type), packed=packing(content_encoding))


def packing(content_encoding: str) -> str:
    """Read the header `Content-Encoding`: how a body is compressed; empty: it is not.

    Raises:
        AnOpsError: `MEDIA_TYPE`: in a way that is not unpacked here.
    """
    packed = content_encoding.strip().lower()
    if packed in {"", "identity"}:
        return ""
    if not is_known(packed):
        raise AnOpsError(
            Code.MEDIA_TYPE,
            f"Can't read a body with `Content-Encoding: {content_encoding[:40]}`.",
            remedy=f"Compress it with {', '.join(ENCODINGS[:-1])} or {ENCODINGS[-1]}, or send it as it is.",
        )
    return packed


def _media_type(content_type: str) -> MediaType:
    if not content_type.strip():
        return MediaType(JSON)
    if len(content_type) > MOST_HEADER:
        raise AnOpsError(
            Code.MEDIA_TYPE,
            f"Can't read a body whose `Content-Type` has more than {MOST_HEADER} characters.",
            remedy=f"Send `Content-Type: {JSON}`, `Content-Type: {CSV}`, `Content-Type: {ARROW}` or "
            f"`Content-Type: {PARQUET}`.",
        )
    message = Message()
    message["content-type"] = content_type
    kind = message.get_content_type()
    if kind == FORM:
        return MediaType(JSON)
    if kind == "multipart/form-data":
        raise AnOpsError(
            Code.MEDIA_TYPE,
            "Can't read a form that holds a file.",
            remedy="Send the file itself: curl --data-binary @FILE --header 'content-type: text/csv' URL/predict; "
            "in Python: requests.post(url, data=open(file, 'rb'), headers={'content-type': 'text/csv'}).",
        )
    if content_type.split(";", maxsplit=1)[0].strip().lower() != kind or kind not in {
        JSON,
        CSV,
        ARROW,
        ARROW_FILE,
        *_PARQUETS,
        *_JSON_LINES,
    }:
        raise AnOpsError(
            Code.MEDIA_TYPE,
            f"Can't read a body of type `{content_type[:100]}`.",
            remedy=f"Send `Content-Type: {JSON}`, `Content-Type: {CSV}`, `Content-Type: {ARROW}` or "
            f"`Content-Type: {PARQUET}`.",
        )
    if kind in _PARQUETS:
        return MediaType(PARQUET)
    if kind in {ARROW, ARROW_FILE}:
        return MediaType(kind)
    charset = message.get_content_charset() or "utf-8"
    lines = kind in _JSON_LINES
    header = str(message.get_param("header", "")).lower() if kind == CSV else ""
    try:
        name = codecs.lookup(charset).name
    except LookupError as error:
        raise AnOpsError(
            Code.MEDIA_TYPE,
            f"Can't read a body with charset `{charset[:40]}`: there is no such encoding.",
            remedy="Send the body in UTF-8.",
        ) from error
    told = header if header in {"present", "absent"} else ""
    return MediaType(JSON if lines else kind, name, header=told, lines=lines)


async def read_body(
    receive: Receive,
    *,
    most: int,
    announced: str = "",
    held: Held | None = None,
    scope: Scope | None = None,
) -> bytes:
    """Read a body, and stop as soon as it is too large.

    Args:
        receive: The ASGI channel of the request.
        most: The largest size in bytes.
        announced: The header `Content-Length`.
        held: Takes in how much memory it takes.
        scope: The request, in which the server tells that it waits no longer.

    Raises:
        AnOpsError: `BODY_TOO_LARGE`, `BODY_STALLED`, or `QUEUE_FULL`.
        ClientGone: The client left meanwhile.
    """
    if announced.isdigit() and int(announced) > most:
        raise too_large(most)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > most:
            raise too_large(most)
        parts.append(part)
        if held is not None:
            held.resize(size)
        if not message.get("more_body", False):
            return b"".join(parts)
        if scope is not None and STALLED in scope:
            raise scope[STALLED]


def utf8_of(body: bytes, charset: str) -> bytes:
    """Return a body in UTF-8, without byte order mark."""
    if charset != "utf-8":
        try:
            body = text_of(body, charset).encode()
        except UnicodeEncodeError as error:
            raise half_a_character(charset) from error
    return body


def without_mark(body: bytes) -> bytes:
    """Return a body in UTF-8 without its byte order mark; in UTF-16, which begins as no UTF-8 does, made UTF-8.

    Windows writes such files.
    """
    if body.startswith(_UTF16):
        return utf8_of(body, "utf-16")
    return body.removeprefix(codecs.BOM_UTF8)


def text_of(body: bytes, charset: str) -> str:
    """Return a body as text, without byte order mark.

    Raises:
        AnOpsError: `BODY_SYNTAX`: it is not in its encoding.
    """
    try:
        return body.decode(charset).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise bad_text(charset, byte=error.start + 1, line=line) from error
    except (UnicodeError, LookupError) as error:  # codecs that are no text encodings
        raise unusable_charset(charset) from error


def bad_text(charset: str, *, byte: int, line: int) -> AnOpsError:
    """Say where a body is not in its encoding; byte and line are counted from 1."""
    return AnOpsError(
        Code.BODY_SYNTAX,
        f"Can't read the body as {charset}: byte {byte}, in line {line}, is not.",
        remedy="Save the file as UTF-8, or name its encoding: Content-Type: text/csv; charset=windows-1252.",
    )


def half_a_character(charset: str) -> AnOpsError:
    """Say that an encoding was used to write what no text can hold."""
    return AnOpsError(
        Code.BODY_SYNTAX,
        f"Can't read the body as {charset}: it holds half a character (a surrogate without the other).",
        remedy="Send the body in UTF-8.",
    )


def unusable_charset(charset: str) -> AnOpsError:
    """Say that an encoding is none of text."""
    return AnOpsError(Code.MEDIA_TYPE, f"Can't read a body as {charset}.", remedy="Send the body in UTF-8.")


def too_large(most: int, setting: str = "max_body_mb") -> AnOpsError:
    """Say that a body is larger than `most` bytes, which `setting` allows."""
    return AnOpsError(
        Code.BODY_TOO_LARGE,
        f"Can't read a body of more than {most / 1_000_000:g} MB.",
        remedy=f"Send the rows in several requests, or start the api-service with a larger {setting}.",
    )
