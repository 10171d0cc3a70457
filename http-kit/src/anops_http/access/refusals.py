"""What somebody is told who may not ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

if TYPE_CHECKING:
    from anops_http.access.caller import Caller
    from anops_http.access.scopes import Scope

_SEND = "Send it as the header `Authorization: Bearer …`"


def without() -> AnOpsError:
    """Return the refusal of a request that brings neither key nor token."""
    remedy = f"{_SEND}; whoever runs the service makes keys with `ao key add`."
    return AnOpsError.of(Problem(Code.UNAUTHENTICATED, "The request has no key and no token.", remedy=remedy))


def not_understood() -> AnOpsError:
    """Return the refusal of an `Authorization` of another kind."""
    message = "The request's `Authorization` is not of the type Bearer."
    return AnOpsError.of(Problem(Code.UNAUTHENTICATED, message, remedy=f"{_SEND}."))


def unknown_key() -> AnOpsError:
    """Return the refusal of a key; whether it was ever one is not told."""
    remedy = "Ask whoever runs the service for another; `ao key list` shows which there are and when they expire."
    return AnOpsError.of(Problem(Code.UNAUTHENTICATED, "The key is not valid.", remedy=remedy))


def bad_token(reason: str, remedy: str | None = None) -> AnOpsError:
    """Return the refusal of a token.

    Args:
        reason: What is wrong with it, a sentence.
        remedy: How to fix it.
    """
    return AnOpsError.of(Problem(Code.UNAUTHENTICATED, reason, remedy=remedy))


def unchecked_token(issuer: str, reason: str) -> AnOpsError:
    """Return what is told while the provider's keys can't be fetched."""
    message = f"The token can't be checked: the keys of {issuer} can't be fetched ({reason})."
    return AnOpsError.of(Problem(Code.IDENTITY_PROVIDER, message))


def without_scope(caller: Caller, scope: Scope) -> AnOpsError:
    """Return the refusal of a request that a caller may not make."""
    has = ", ".join(sorted(caller.scopes)) or "none"
    message = f"This needs the scope `{scope}`; the caller `{caller.name}` has: {has}."
    return AnOpsError.of(Problem(Code.FORBIDDEN, message))


def too_often(caller: Caller) -> AnOpsError:
    """Return the refusal of a request above a caller's limit."""
    message = f"The caller `{caller.name}` may make {caller.per_second:g} requests a second, and made more."
    return AnOpsError.of(Problem(Code.RATE_LIMIT, message))
