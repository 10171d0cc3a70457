"""The floor of every HTTP service here: ASGI without a framework, which gives the body back."""

from __future__ import annotations

from typing import Any

HEADERS = [(b"content-type", b"application/json")]


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer a request."""
    if scope["type"] != "http":
        return
    body = await read(receive)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": body})


async def read(receive: Any) -> bytes:
    """Return the whole body of a request."""
    parts = []
    while True:
        event = await receive()
        parts.append(event.get("body", b""))
        if not event.get("more_body"):
            return b"".join(parts)
