"""What a signature says: which image it is of, in the form that cosign signs ("simple signing")."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anops_control.supply.signing_key import fingerprint_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from anops_control.supply.signing_key import Trusted

_TYPE = "cosign container image signature"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and what it signs.

    Attributes:
        payload: The bytes that are signed.
        signature: The signature.
    """

    payload: bytes
    signature: bytes

    def digest(self) -> str | None:
        """Return the image that the payload is about; None where it says none."""
        critical = self._told().get("critical")
        image = critical.get("image") if isinstance(critical, dict) else None
        digest = image.get("docker-manifest-digest") if isinstance(image, dict) else None
        return digest if isinstance(digest, str) else None

    def notes(self) -> dict[str, str]:
        """Return what else the payload says."""
        optional = self._told().get("optional")
        return {str(key): str(value) for key, value in optional.items()} if isinstance(optional, dict) else {}

    def _told(self) -> dict[str, object]:
        try:
            told = json.loads(self.payload)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of looking at the signatures of an image.

    Attributes:
        by: The key that has signed it; None where none that counts has.
        signature: Its signature.
    """

    by: Trusted | None = None
    signature: Signature | None = None


def sign(key: Ed25519PrivateKey, digest: str, *, name: str, model_digest: str) -> Signature:
    """Sign an image.

    Args:
        key: The person's.
        digest: The image's.
        name: What it is called, without a tag.
        model_digest: That of the model in it.
    """
    payload = {
        "critical": {
            "identity": {"docker-reference": name},
            "image": {"docker-manifest-digest": digest},
            "type": _TYPE,
        },
        "optional": {
            "anops.digest": model_digest,
            "signed": datetime.now(UTC).isoformat(timespec="seconds"),
            "key": fingerprint_of(key.public_key()),
        },
    }
    data = json.dumps(payload, separators=(",", ":")).encode()
    return Signature(data, key.sign(data))


def judge(signatures: tuple[Signature, ...], digest: str, trusted: tuple[Trusted, ...]) -> Verdict:
    """Find a signature of this image by a key that counts."""
    for each in signatures:
        for key in trusted:
            # the signature first: of what nobody has signed, nothing is believed
            if key.has_signed(each.payload, each.signature) and each.digest() == digest:
                return Verdict(key, each)
    return Verdict()
