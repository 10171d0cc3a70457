"""Signatures of an image in its registry, where cosign keeps them: an artifact under the tag of its digest."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from anops_control.supply.oci_registry import MANIFEST
from anops_control.supply.statement import Signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.supply.oci_registry import Repository

_PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_SIGNATURE = "dev.cosignproject.cosign/signature"


def put_signature(repository: Repository, digest: str, signature: Signature) -> None:
    """Add a signature to those that an image has in its registry.

    Raises:
        CommandError: The registry refuses.
    """
    there = repository.manifest(_tag(digest)) or {}
    layer = {
        "mediaType": _PAYLOAD,
        "digest": repository.put_blob(signature.payload),
        "size": len(signature.payload),
        "annotations": {_SIGNATURE: base64.b64encode(signature.signature).decode()},
    }
    layers = [*there.get("layers", ()), layer]
    contents = {"type": "layers", "diff_ids": [each["digest"] for each in layers]}
    config = _json({"architecture": "", "os": "", "config": {}, "rootfs": contents})
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": _CONFIG, "digest": repository.put_blob(config), "size": len(config)},
        "layers": layers,
    }
    repository.put_manifest(_tag(digest), _json(manifest))


def signatures_in(repository: Repository, digest: str) -> Iterator[Signature]:
    """Yield the signatures that an image has in its registry; what can't be read as one is left out.

    Raises:
        CommandError: The registry refuses.
    """
    manifest = repository.manifest(_tag(digest)) or {}
    for layer in manifest.get("layers", ()):
        written = (layer.get("annotations") or {}).get(_SIGNATURE)
        if written is None or layer.get("mediaType") != _PAYLOAD:
            continue
        payload = repository.blob(layer.get("digest", ""))
        if payload is None:
            continue
        try:
            yield Signature(payload, base64.b64decode(written, validate=True))
        except ValueError:
            continue


def _tag(digest: str) -> str:
    return f"{digest.replace(':', '-')}.sig"


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
