"""Keeps what belongs to an image that was built: its bill of materials, and its signature where that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.building.credentials import environment_credentials, login_credentials
from anops_control.building.inventory import list_image
from anops_control.supply.attestations import put_attestations
from anops_control.supply.beside import keep_bill, keep_signatures
from anops_control.supply.bill import bill_of
from anops_control.supply.in_registry import put_signature
from anops_control.supply.oci_registry import Reference, repository_of
from anops_control.supply.signing_key import fingerprint_of, own_key
from anops_control.supply.statement import sign
from anops_control.surroundings import current

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import docker

    from anops_control.building.push import Pushed
    from anops_control.events import Events


def keep_bill_of(client: docker.APIClient, image: str, name: str, folder: Path) -> Path:
    """Keep the bill of an image in the project, and return where.

    Raises:
        CommandError: What is installed can't be listed, or the file not written.
    """
    return keep_bill(folder, image, bill_of(list_image(image, client), name))


def sign_image(
    image: str,
    name: str,
    pushed: Sequence[Pushed],
    *,
    model_digest: str,
    folder: Path,
    said: Mapping[str, Mapping[str, Any]],
    events: Events,
) -> str:
    """Sign an image with the person's key, on this machine and in the registry where it was pushed.

    In the registry, what is said of it is put beside it, signed too.

    Args:
        image: Its ID.
        name: What it is called on this machine, without a tag.
        pushed: Its names in the registry.
        model_digest: That of the model in it.
        folder: Where the signature of the image on this machine is kept.
        said: What is said of it, by the type of it: its provenance, its bill of materials.
        events: Where a new key is told of.

    Returns:
        What the key is called.

    Raises:
        CommandError: The key can't be used, or the registry refuses the signature.
    """
    key = own_key(events.note)
    events.step("Signing the image")
    keep_signatures(folder, image, [sign(key, image, name=name, model_digest=model_digest)])
    for remote, digest in {each.name.rpartition(":")[0]: each.digest for each in pushed}.items():
        reference = Reference.of(remote)
        if reference is None:
            continue
        credentials = environment_credentials(current().variables) or login_credentials(remote)
        with repository_of(reference, credentials) as repository:
            put_signature(repository, digest, sign(key, digest, name=remote, model_digest=model_digest))
            put_attestations(repository, key, remote, digest, said)
    return fingerprint_of(key.public_key())
