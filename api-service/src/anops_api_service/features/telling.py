"""Says in an answer which features were looked up: a member of JSON, or the header `AnOps-Features`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from anops_api_service.answer_json import MAX_HEADER_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Message, Send


def telling_features(send: Send, told: Sequence[dict[str, Any]], *, is_json: bool) -> Send:
    """Return a channel for an answer that says what was looked up.

    Args:
        send: The channel.
        told: What was looked up.
        is_json: Whether the answer is an object of JSON.
    """
    more = b',"features":' + json.dumps(list(told), separators=(",", ":")).encode() + b"}"

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send({**message, "headers": _headers(message["headers"], told, len(more) - 1, is_json=is_json)})
        elif is_json and not message.get("more_body", False):
            await send({**message, "body": message["body"].removesuffix(b"}") + more})
        else:
            await send(message)

    return sent


def _headers(
    headers: Sequence[tuple[bytes, bytes]], told: Sequence[dict[str, Any]], longer: int, *, is_json: bool
) -> list[tuple[bytes, bytes]]:
    if not is_json:
        return [*headers, (b"anops-features", _header(told))]
    return [
        (name, str(int(value) + longer).encode()) if name == b"content-length" else (name, value)
        for name, value in headers
    ]


def _header(told: Sequence[dict[str, Any]]) -> bytes:
    kept: list[str] = []
    left = MAX_HEADER_BYTES
    for each in told:
        text = json.dumps(each)
        left -= len(text) + len(", ")
        if left < 0:
            break
        kept.append(text)
    return f"[{', '.join(kept)}]".encode("ascii")
