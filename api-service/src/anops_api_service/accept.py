"""Which media type a client wants its answer in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_api_service.bodies.media import MOST_HEADER

if TYPE_CHECKING:
    from collections.abc import Sequence


def choose(accept: str, offered: Sequence[str]) -> str:
    """Choose the answer's media type by the rules of RFC 9110, 12.5.1.

    Args:
        accept: The header `Accept`; empty accepts everything.
        offered: What there is, the preferred first.

    Raises:
        AnOpsError: `NOT_ACCEPTABLE`: nothing that is offered is accepted.
    """
    # no client that is there to be answered accepts more
    ranges = [_parse(part) for part in accept[:MOST_HEADER].split(",") if part.strip()]
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda kind: _quality(kind, ranges))
    if _quality(best, ranges) <= 0:
        raise AnOpsError(
            Code.NOT_ACCEPTABLE,
            f"Can't answer in a media type that `Accept: {accept[:100]}` allows.",
            remedy=f"Accept one of {', '.join(offered)}.",
        )
    return best


def choose_encoding(accept_encoding: str, offered: Sequence[str]) -> str:
    """Choose how an answer is compressed by the rules of RFC 9110, 12.5.3; empty: not at all.

    Args:
        accept_encoding: The header `Accept-Encoding`; empty accepts none.
        offered: What there is, the preferred first.
    """
    accepted = dict(_parse(part) for part in accept_encoding[:MOST_HEADER].split(",") if part.strip())
    others = accepted.get("*", 0.0)
    best = max(offered, key=lambda encoding: accepted.get(encoding, others))
    quality = accepted.get(best, others)
    return best if quality > 0 and quality >= accepted.get("identity", 0.0) else ""


def _parse(part: str) -> tuple[str, float]:
    kind, *parameters = part.split(";")
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return kind.strip().lower(), quality


def _quality(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the quality of the most specific range that covers the type."""
    family = kind.split("/", maxsplit=1)[0]
    for wanted in (kind, f"{family}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
