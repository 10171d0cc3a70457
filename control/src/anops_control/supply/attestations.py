"""What is said of an image by who has built it, signed: in-toto statements in DSSE envelopes, as cosign has them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from anops_control.supply.in_registry import Layer, added, layers_of
from anops_control.supply.signing_key import fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from anops_control.supply.oci_registry import Repository
    from anops_control.supply.signing_key import Trusted

PROVENANCE = "https://slsa.dev/provenance/v1"
BILL = "https://cyclonedx.org/bom"
_STATEMENT = "https://in-toto.io/Statement/v1"
_PAYLOAD = "application/vnd.in-toto+json"
_ENVELOPE = "application/vnd.dsse.envelope.v1+json"
_KIND = ".att"


def put_attestations(
    repository: Repository, key: Ed25519PrivateKey, name: str, digest: str, said: Mapping[str, Mapping[str, Any]]
) -> None:
    """Put beside an image in its registry what is said of it, signed.

    Args:
        repository: Where it is.
        key: The person's.
        name: What the image is called, without a tag.
        digest: Its digest.
        said: What is said, by the type of it.

    Raises:
        CommandError: The registry refuses.
    """
    algorithm, _, value = digest.partition(":")
    layers = []
    for kind, predicate in said.items():
        statement = {
            "_type": _STATEMENT, "subject": [{"name": name, "digest": {algorithm: value}}],
            "predicateType": kind, "predicate": predicate,
        }  # fmt: skip
        payload = json.dumps(statement, separators=(",", ":")).encode()
        signature = {"keyid": fingerprint_of(key.public_key()), "sig": _text(key.sign(_signed(payload)))}
        envelope = {"payloadType": _PAYLOAD, "payload": _text(payload), "signatures": [signature]}
        notes = {"dev.cosignproject.cosign/signature": "", "predicateType": kind}
        layers.append(Layer(_ENVELOPE, json.dumps(envelope, separators=(",", ":")).encode(), notes))
    added(repository, digest, _KIND, layers)


def attestations_in(repository: Repository, digest: str, trusted: Sequence[Trusted]) -> dict[str, dict[str, Any]]:
    """Return what somebody who is trusted says of an image, by its type; of several the last.

    Raises:
        CommandError: The registry refuses.
    """
    found = {}
    for layer in layers_of(repository, digest, _KIND, _ENVELOPE):
        for statement in _statements(layer.data, trusted):
            if any(_is_of(each, digest) for each in statement.get("subject", ())):
                found[str(statement.get("predicateType"))] = dict(statement.get("predicate") or {})
    return found


def _statements(data: bytes, trusted: Sequence[Trusted]) -> Iterator[dict[str, Any]]:
    """Yield what an envelope holds, if somebody who is trusted has signed it."""
    try:
        envelope = json.loads(data)
        payload = base64.b64decode(envelope["payload"], validate=True)
        signatures = [base64.b64decode(each["sig"], validate=True) for each in envelope["signatures"]]
        # the signature first: of what nobody has signed, nothing is believed
        if any(key.has_signed(_signed(payload), each) for key in trusted for each in signatures):
            statement = json.loads(payload)
            if isinstance(statement, dict) and envelope.get("payloadType") == _PAYLOAD:
                yield statement
    except (ValueError, KeyError, TypeError):
        return


def _is_of(subject: object, digest: str) -> bool:
    algorithm, _, value = digest.partition(":")
    return isinstance(subject, dict) and (subject.get("digest") or {}).get(algorithm) == value


def _signed(payload: bytes) -> bytes:
    """Return what is signed of a payload: the pre-authentication encoding of DSSE 1.0."""
    kind = _PAYLOAD.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
