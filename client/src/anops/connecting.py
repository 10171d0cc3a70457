"""Where a service is, and how a client introduces itself there."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping


def address(url: str, model: str | None, version: str | None) -> str:
    """Return the address of a model of a service.

    Raises:
        ValueError: A version is named, and no model.
    """
    if version is not None and model is None:
        raise ValueError("Can't ask for a version without a model: give `model` too, the name of the model.")
    path = "" if model is None else f"/models/{quote(model, safe='')}"
    path = path if version is None else f"{path}/versions/{quote(version, safe='')}"
    return url.rstrip("/") + path


def settings(
    url: str,
    *,
    timeout_seconds: float,
    key: str | None,
    ca_file: str | os.PathLike[str] | None,
    headers: Mapping[str, str] | None,
) -> dict[str, Any]:
    """Return what the clients of httpx are made with.

    Raises:
        ValueError: The file holds no certificate.
    """
    local = httpx.URL(url).host in {"localhost", "127.0.0.1", "::1"}
    plain = {"accept-encoding": "identity"} if local else {}  # on one computer, it only costs time to compress
    return {
        "base_url": url,
        "timeout": timeout_seconds,
        "headers": plain | _with_key(key) | dict(headers or {}),
        "verify": _trusting(ca_file),
        "trust_env": not local,  # a company's proxy is no way to a model on this computer
    }


def _with_key(key: str | None) -> dict[str, str]:
    key = key or os.environ.get("ANOPS_KEY")
    return {"authorization": f"Bearer {key}"} if key else {}


def _trusting(ca_file: str | os.PathLike[str] | None) -> ssl.SSLContext | bool:
    """Return whose certificates are trusted, as httpx takes it."""
    file = ca_file or os.environ.get("ANOPS_CA_FILE")
    if not file:
        return True
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:  # those of SSL are among them
        raise ValueError(
            f"Can't use `ca_file`: {os.fspath(file)} holds no certificate in PEM form ({error})."
        ) from error
