"""A bundle as an OCI artifact: one archive that holds nothing but names and contents, and a manifest that names it."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.supply.oci_registry import MANIFEST, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KIND = "application/vnd.anops.bundle.v1"
_LAYER = "application/vnd.oci.image.layer.v1.tar"
_EMPTY = "application/vnd.oci.empty.v1+json"
EMPTY = b"{}"
_PIECE = 1 << 20
_EXECUTABLE, _PLAIN = 0o755, 0o644


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a bundle.

    Attributes:
        name: Its path in the bundle.
        size: How many bytes it has.
    """

    name: str
    size: int

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"name": self.name, "bytes": self.size}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle.

    Attributes:
        manifest: Its manifest, as it is hashed.
        layer: The digest of its archive.
        archive: The archive.
        entries: What is in it.
    """

    manifest: bytes
    layer: str
    archive: Path
    entries: tuple[Entry, ...]

    @property
    def digest(self) -> str:
        """What names it: the digest of the manifest."""
        return digest_of(self.manifest)

    @property
    def size(self) -> int:
        """How many bytes its files have."""
        return sum(each.size for each in self.entries)


def packed(folder: Path, files: Iterable[Path], archive: Path) -> Bundle:
    """Make a bundle of files; times, owners and all but one bit of the modes are left out.

    Args:
        folder: What their names are relative to.
        files: The files, in order.
        archive: Where the archive is written.
    """
    entries = []
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in files:
            with path.open("rb") as content:
                status = os.fstat(content.fileno())
                entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
                entry.size, entry.mode = status.st_size, _EXECUTABLE if status.st_mode & 0o100 else _PLAIN
                tar.addfile(entry, content)
            entries.append(Entry(entry.name, entry.size))
    layer = digest_of_file(archive)
    return Bundle(_manifest(layer, archive.stat().st_size), layer, archive, tuple(entries))


def opened(manifest: bytes, archive: Path) -> Bundle:
    """Return a bundle that somebody else has made.

    Raises:
        CommandError: It is none.
    """
    layer = layer_of(manifest)
    try:
        with tarfile.open(archive, "r:") as tar:
            entries = tuple(Entry(each.name, each.size) for each in tar if each.isfile())
    except tarfile.TarError as error:
        raise _not_one(str(error)) from error
    return Bundle(manifest, layer, archive, entries)


def layer_of(manifest: bytes) -> str:
    """Return the digest of the archive that a manifest names.

    Raises:
        CommandError: It is the manifest of something else.
    """
    try:
        told = json.loads(manifest)
        kind, layers = told.get("artifactType"), told["layers"]
        (layer,) = layers
        digest = str(layer["digest"])
    except (ValueError, KeyError, TypeError, AttributeError):
        kind, digest = None, ""
    if kind != KIND:
        raise _not_one("it is something else, such as an image")
    return digest


def unpacked(bundle: Bundle, folder: Path) -> None:
    """Write the files of a bundle into a folder; none can leave it.

    Raises:
        CommandError: The archive can't be used.
    """
    try:
        with tarfile.open(bundle.archive, "r:") as tar:
            tar.extractall(folder, filter="data")
    except tarfile.TarError as error:
        raise _not_one(str(error)) from error


def digest_of_file(path: Path) -> str:
    """Return the digest of a file."""
    found = hashlib.sha256()
    with path.open("rb") as content:
        while piece := content.read(_PIECE):
            found.update(piece)
    return f"sha256:{found.hexdigest()}"


def _manifest(layer: str, size: int) -> bytes:
    told = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": KIND,
        "config": {"mediaType": _EMPTY, "digest": digest_of(EMPTY), "size": len(EMPTY)},
        "layers": [
            {
                "mediaType": _LAYER,
                "digest": layer,
                "size": size,
                "annotations": {"org.opencontainers.image.title": "bundle.tar"},
            }
        ],
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _not_one(why: str) -> CommandError:
    return CommandError(
        "This is not a bundle of an experiment.",
        details=[why],
        remedy="Make one with: ao bundle push",
        code=Code.REGISTRY,
    )
