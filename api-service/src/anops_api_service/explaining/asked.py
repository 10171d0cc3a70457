"""The option `explain` of a request: it is the service's own, and the model does not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Fault, Problem
from anops_model_interface.words import kind_of

if TYPE_CHECKING:
    from anops_model_interface.schema import Schema

OPTION = "explain"
_IN_A_QUERY = b"explain"
_IN_A_BODY = b'"explain"'


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    """A body, of which only the options are read."""

    data: msgspec.Raw
    options: dict[str, msgspec.Raw] | None = None


class Asked(msgspec.Struct, frozen=True):
    """A request without its option `explain`.

    Attributes:
        wanted: Whether anything is to be explained.
        output: The output that is; None: the prediction.
        body: The body without it.
        query: The query without it.
    """

    wanted: bool
    output: str | None
    body: bytes
    query: str


def may_ask(body: bytes, query: bytes) -> bool:
    """Say whether a request may ask for an explanation: most don't, and that is seen in no time."""
    return _IN_A_BODY in body or _IN_A_QUERY in query


def refuse_rows(query: bytes, schema: Schema, model: str) -> None:
    """Refuse to explain rows that are read piece by piece.

    Raises:
        AnOpsError: `OPTION_VALUE`.
    """
    if _IN_A_QUERY in query and OPTION not in schema.options:
        for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
            if name == OPTION:
                raise wrong("is for rows in JSON", model=model, remedy="Send the rows as application/json.")


def asked(body: bytes, query: str, schema: Schema, model: str) -> Asked | None:
    """Take the option out of a request.

    Args:
        body: JSON in UTF-8; its option goes before that of the query.
        query: The query string.
        schema: What the model takes; one that has an option of this name keeps it.
        model: The model's name, for messages.

    Returns:
        The request without it, or None where it does not have it.

    Raises:
        AnOpsError: `OPTION_VALUE`: what is to be explained is nothing that can be.
    """
    if OPTION in schema.options:
        return None
    value: object = None
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, text) for name, text in pairs if name != OPTION]
    if len(kept) < len(pairs):
        query, text = urlencode(kept), dict(pairs)[OPTION]
        value = {"true": True, "false": False}.get(text.lower(), text)
    try:
        read = msgspec.json.decode(body, type=_Body) if _IN_A_BODY in body else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        read = None  # whoever reads it for the model says what is wrong with it
    if read is not None and read.options and OPTION in read.options:
        value = msgspec.json.decode(read.options.pop(OPTION))
        body = msgspec.json.encode(read)
    if value is None:
        return None
    if not isinstance(value, bool | str):
        raise wrong(f"must be true, false or the name of an output, not {kind_of(value)}", model=model)
    return Asked(value is not False, None if isinstance(value, bool) else value, body, query)


def wrong(message: str, *, model: str, remedy: str | None = None) -> AnOpsError:
    """Return the error of what can't be explained.

    Args:
        message: What is wrong; it goes on from "option `explain`".
        model: The model's name.
        remedy: What to do.
    """
    fault = Fault(Code.OPTION_VALUE, f"option `{OPTION}` {message}", column=OPTION)
    lead = f"Can't predict with model `{model}`"
    return AnOpsError.of(Problem(Code.OPTION_VALUE, faults=(fault,), remedy=remedy, lead=lead))
