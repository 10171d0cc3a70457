"""What is said of an image in a registry counts if somebody who is trusted has signed it, of just this image."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from anops_control.building.revision import Commit
from anops_control.supply.attestations import BILL, PROVENANCE, attestations_in, put_attestations
from anops_control.supply.in_registry import Layer, added, layers_of, put_signature, signatures_in
from anops_control.supply.oci_registry import Reference, repository_of
from anops_control.supply.provenance import provenance_of
from anops_control.supply.signing_key import own_key, trusted_keys
from anops_control.supply.statement import sign
from anops_control.surroundings import Surroundings, surrounded
from registries import PASSWORD, USER, registry

if TYPE_CHECKING:
    from pathlib import Path

IMAGE, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64
ENVELOPE = "application/vnd.dsse.envelope.v1+json"


def test_what_is_said_of_an_image_is_believed_by_its_signature_alone(tmp_path: Path) -> None:
    keys = []
    for name in ("ana", "eve"):
        with surrounded(Surroundings({"XDG_CONFIG_HOME": str(tmp_path / name)})):
            keys.append((own_key(lambda _: None), trusted_keys(())))
    (ana, trust_ana), (eve, trust_eve) = keys
    told = provenance_of(project="cars", version="1.0", commit=Commit("c0ffee" * 6 + "c0ff", is_changed=True),
                         model_digest="sha256:12",
                         bases=["anops/model-service-r:0.1"], seconds=3.0)  # fmt: skip
    with registry(tmp_path) as there:
        reference = Reference.of(f"{there.host}/team/cars:1.0")
        assert reference is not None
        with repository_of(reference, {"username": USER, "password": PASSWORD}) as repository:
            assert attestations_in(repository, IMAGE, trust_ana) == {}
            put_signature(repository, IMAGE, sign(ana, IMAGE, name=reference.name, model_digest="sha256:12"))
            put_attestations(repository, ana, reference.name, IMAGE, {PROVENANCE: told, BILL: {"components": []}})
            found = attestations_in(repository, IMAGE, trust_ana)
            assert found == {PROVENANCE: told, BILL: {"components": []}}
            assert len(list(signatures_in(repository, IMAGE))) == 1  # under a tag of its own
            assert attestations_in(repository, IMAGE, trust_eve) == {}
            put_attestations(repository, eve, reference.name, IMAGE, {PROVENANCE: {"buildDefinition": "mine"}})
            assert attestations_in(repository, IMAGE, trust_ana) == found
            (first, *_) = layers_of(repository, IMAGE, ".att", ENVELOPE)
            added(repository, OTHER, ".att", [first])  # what is said of another image
            assert attestations_in(repository, OTHER, trust_ana) == {}
            envelope = json.loads(first.data)
            payload = base64.b64decode(envelope["payload"]).replace(b"c0ffee", b"badbad")
            altered = json.dumps(envelope | {"payload": base64.b64encode(payload).decode()}).encode()
            for data in (altered, b"no JSON", b"[]", b'{"payload": 7, "signatures": []}'):
                added(repository, OTHER, ".att", [Layer(ENVELOPE, data, {})])
            assert attestations_in(repository, OTHER, trust_ana) == {}
