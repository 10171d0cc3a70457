"""Brings bundles to a registry and back. A tag is made a digest before anything is used of it."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.building.credentials import environment_credentials, login_credentials
from anops_control.bundles.artifact import EMPTY, layer_of, opened, unpacked
from anops_control.errors import CommandError
from anops_control.supply.oci_registry import digest_of, repository_of
from anops_control.surroundings import current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.bundles.address import Address
    from anops_control.bundles.artifact import Bundle
    from anops_control.supply.oci_registry import Repository

_KEPT = "bundles"


def push(bundle: Bundle, address: Address) -> None:
    """Bring a bundle to a registry, under the tag of an address.

    Raises:
        CommandError: The registry refuses, or the address names a digest.
    """
    if address.is_fixed:
        raise CommandError(
            f"A bundle is pushed under a tag, and {address} names a digest.",
            remedy=f"Write: ao bundle push oras://{address.reference.name}:1",
            code=Code.USAGE,
        )
    with _repository(address) as repository:
        repository.put_blob(EMPTY)
        repository.put_file(bundle.archive, bundle.layer)
        repository.put_manifest(address.reference.wanted, bundle.manifest)


def resolved(address: Address) -> str:
    """Return the digest of the bundle that an address means now.

    Raises:
        CommandError: There is none, or the registry can't be asked.
    """
    if address.is_fixed:
        return address.reference.wanted
    with _repository(address) as repository:
        return digest_of(_manifest(repository, address, address.reference.wanted))


@contextmanager
def fetched(address: Address) -> Iterator[Bundle]:
    """Give the bundle of an address; its archive is there as long as it is used.

    Raises:
        CommandError: There is none, it is not what its digest says, or the registry can't be asked.
    """
    with tempfile.TemporaryDirectory(prefix="ao-bundle-") as work, _repository(address) as repository:
        manifest = _manifest(repository, address, address.reference.wanted)
        archive = Path(work, "bundle.tar")
        if not repository.fetch_file(layer_of(manifest), archive):
            raise CommandError(
                f"The bundle {address} is damaged: its archive is missing from the registry, or was altered.",
                remedy="Push it again: ao bundle push",
                code=Code.REGISTRY,
            )
        yield opened(manifest, archive)


def kept(home: Path, address: Address) -> tuple[str, Path]:
    """Return the digest of the bundle of an address, and a folder with its files, which is made once.

    Args:
        home: The project's own folder, `.anops` in it.
        address: The bundle; a tag is what it means now.
    """
    digest = resolved(address)
    folder = home / _KEPT / digest.removeprefix("sha256:")
    if folder.is_dir():
        return digest, folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    fixed = type(address).read(address.at(digest))
    with fetched(fixed) as bundle, tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as work:
        made = Path(work, "files")
        made.mkdir()
        unpacked(bundle, made)
        try:
            made.rename(folder)
        except OSError:  # another was faster
            if not folder.is_dir():
                raise
            shutil.rmtree(made, ignore_errors=True)
    return digest, folder


@contextmanager
def _repository(address: Address) -> Iterator[Repository]:
    credentials = environment_credentials(current().variables) or login_credentials(address.reference.name)
    with repository_of(address.reference, credentials) as repository:
        yield repository


def _manifest(repository: Repository, address: Address, wanted: str) -> bytes:
    found = repository.manifest_bytes(wanted)
    if found is None:
        raise CommandError(
            f"There is no bundle {address}.",
            remedy="Correct the address, or push it: ao bundle push",
            code=Code.REGISTRY,
        )
    if address.is_fixed and digest_of(found) != wanted:
        raise CommandError(
            f"The registry returned another bundle than {address}.",
            details=[f"It is {digest_of(found)}."],
            code=Code.REGISTRY,
        )
    return found
