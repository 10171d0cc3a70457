"""Who may ask this service for what: the settings made into layers of the front door."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from anops_http.access.key_ring import KeyRing
from anops_http.access.layer import Access
from anops_http.access.scopes import Scope
from anops_http.hosts import ANY, Hosts, is_loopback, names_of

from anops_api_service.logs import log

if TYPE_CHECKING:
    from anops_api_service.chain import Layer
    from anops_api_service.settings import Settings


# by whole paths: a model may be called `page` or `predict`
_MODEL = "/models/[^/]+(/versions/[^/]+)?"
_PREDICTS = re.compile(f"({_MODEL})?/(predict|forecast|invocations)|/outcomes|/v2{_MODEL}/infer")
_OBSERVES = re.compile(f"({_MODEL})?/observations")
_HEALTH = re.compile(f"({_MODEL})?/(health(/.*)?|ping)|/v2/health(/.*)?|/v2{_MODEL}/ready")
_OF_THE_PAGE = re.compile(f"({_MODEL})?/(page/.*)?")
"""The page and its files, which tell nothing of a model."""


class NobodyAskedError(Exception):
    """The service would let everybody in, and nobody has said that it may; the text says how to."""


def scope_for(path: str) -> Scope | None:
    """Return what a path needs; None where anybody may ask: whether the service is well, and for the bare page."""
    if _PREDICTS.fullmatch(path):
        return Scope.PREDICT
    if _OBSERVES.fullmatch(path):
        return Scope.OBSERVE
    if _is_health(path) or _OF_THE_PAGE.fullmatch(path):
        return None
    return Scope.METRICS if path == "/metrics" else Scope.METADATA


def layers_of(settings: Settings) -> list[Layer]:
    """Return the layers.

    Raises:
        NobodyAskedError: Other machines could ask, and no key would be needed.
        KeyFileError: The file of keys can't be used.
    """
    keys = KeyRing(settings.keys_file, own_hash=settings.own_key_hash) if settings.keys_file is not None else None
    tokens = settings.tokens()
    names = names_of(settings.hosts)
    if keys is None and tokens is None:
        _look_at_openness(settings)
        return [] if ANY in names else [partial(Hosts, names=names, is_open=_is_health)]
    layers: list[Layer] = [partial(Hosts, names=names, is_open=_is_health)] if names - {ANY} else []
    return [*layers, partial(Access, needs=_needed, keys=keys, tokens=tokens)]


def _needed(_: str, path: str) -> Scope | None:
    return scope_for(path)


def _is_health(path: str) -> bool:
    return _HEALTH.fullmatch(path) is not None


def _look_at_openness(settings: Settings) -> None:
    if is_loopback(settings.host):
        return
    if not settings.allow_anyone:
        raise NobodyAskedError(
            f"On {settings.host} other machines can reach the service, and it has no keys.\n"
            "Make a file of keys with `ao key add NAME --file keys.toml` and give it with --keys-file; let an identity "
            "provider say who may ask, with --jwt-issuer and --jwt-audience; or listen on 127.0.0.1. To answer "
            "everybody who can reach it: --allow-anyone true."
        )
    log.warning(
        "anybody who reaches %s may ask: there are no keys (ANOPS_KEYS_FILE) and no tokens (ANOPS_JWT_ISSUER)",
        settings.host,
    )
