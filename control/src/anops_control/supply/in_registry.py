"""What belongs to an image in its registry, where cosign keeps it: artifacts under tags of its digest."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_control.supply.oci_registry import MANIFEST
from anops_control.supply.statement import Signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from anops_control.supply.oci_registry import Repository

_PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_SIGNATURE = "dev.cosignproject.cosign/signature"
_KIND = ".sig"


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing that belongs to an image.

    Attributes:
        kind: Its media type.
        data: It.
        notes: What is noted of it.
    """

    kind: str
    data: bytes
    notes: Mapping[str, str]


def put_signature(repository: Repository, digest: str, signature: Signature) -> None:
    """Add a signature to those that an image has in its registry.

    Raises:
        CommandError: The registry refuses.
    """
    notes = {_SIGNATURE: base64.b64encode(signature.signature).decode()}
    added(repository, digest, _KIND, [Layer(_PAYLOAD, signature.payload, notes)])


def signatures_in(repository: Repository, digest: str) -> Iterator[Signature]:
    """Yield the signatures that an image has in its registry; what can't be read as one is left out.

    Raises:
        CommandError: The registry refuses.
    """
    for layer in layers_of(repository, digest, _KIND, _PAYLOAD):
        written = layer.notes.get(_SIGNATURE)
        if written is None:
            continue
        try:
            yield Signature(layer.data, base64.b64decode(written, validate=True))
        except ValueError:
            continue


def added(repository: Repository, digest: str, kind: str, some: Sequence[Layer]) -> None:
    """Add to what belongs to an image.

    Args:
        repository: Where the image is.
        digest: Its digest.
        kind: The end of the tag: `.sig`, `.att`.
        some: What is added.

    Raises:
        CommandError: The registry refuses.
    """
    there = repository.manifest(_tag(digest, kind)) or {}
    new = [
        {
            "mediaType": each.kind,
            "digest": repository.put_blob(each.data),
            "size": len(each.data),
            "annotations": dict(each.notes),
        }
        for each in some
    ]
    layers = [*there.get("layers", ()), *new]
    contents = {"type": "layers", "diff_ids": [each["digest"] for each in layers]}
    config = _json({"architecture": "", "os": "", "config": {}, "rootfs": contents})
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": _CONFIG, "digest": repository.put_blob(config), "size": len(config)},
        "layers": layers,
    }
    repository.put_manifest(_tag(digest, kind), _json(manifest))


def layers_of(repository: Repository, digest: str, kind: str, media: str) -> Iterator[Layer]:
    """Yield what belongs to an image, of one media type.

    Raises:
        CommandError: The registry refuses.
    """
    manifest = repository.manifest(_tag(digest, kind)) or {}
    for layer in manifest.get("layers", ()):
        if layer.get("mediaType") == media and (data := repository.blob(layer.get("digest", ""))) is not None:
            yield Layer(media, data, layer.get("annotations") or {})


def _tag(digest: str, kind: str) -> str:
    return f"{digest.replace(':', '-')}{kind}"


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
