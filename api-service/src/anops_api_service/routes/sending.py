"""How an answer is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_api_service.answer_json import warnings_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anops_model_interface.frames import Warn
    from starlette.types import Send


async def send_answer(
    send: Send,
    content_type: str,
    chunks: Iterable[bytes],
    *,
    size: int,
    warnings: Sequence[Warn] = (),
) -> None:
    """Send an answer.

    Args:
        send: The ASGI channel of the answer.
        content_type: The header of that name.
        chunks: The answer, bit by bit.
        size: Its length in bytes.
        warnings: What goes into the header `AnOps-Warnings`.
    """
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(size).encode())]
    if warnings:
        headers.append((b"anops-warnings", warnings_header(warnings)))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for chunk in chunks:
        size -= len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": size > 0})
