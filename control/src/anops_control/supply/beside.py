"""What belongs to an image and is kept beside the project: its bill, and signatures of the image on this machine."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.supply.statement import Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(".anops", "images")


class _Kept(msgspec.Struct):
    payload: str
    signature: str


def keep_bill(folder: Path, image: str, bill: str) -> Path:
    """Keep the bill of an image, and return where.

    Raises:
        CommandError: It can't be written.
    """
    return _write(_file(folder, image, "cdx.json"), bill.encode())


def keep_signatures(folder: Path, image: str, signatures: Sequence[Signature]) -> Path:
    """Keep the signatures of an image in place of those that are there, and return where.

    Raises:
        CommandError: They can't be written.
    """
    kept = [
        _Kept(base64.b64encode(each.payload).decode(), base64.b64encode(each.signature).decode()) for each in signatures
    ]
    return _write(_file(folder, image, "signatures.json"), msgspec.json.encode(kept))


def signatures_of(folder: Path, image: str) -> tuple[Signature, ...]:
    """Return the signatures that are kept of an image; none where it has none, or they can't be read."""
    try:
        data = _file(folder, image, "signatures.json").read_bytes()
        kept = msgspec.json.decode(data, type=list[_Kept])
        return tuple(Signature(base64.b64decode(each.payload), base64.b64decode(each.signature)) for each in kept)
    except (OSError, ValueError):
        return ()


def _file(folder: Path, image: str, kind: str) -> Path:
    """Return where something of an image is; images are known by their digests, which no name can take away."""
    return folder / FOLDER / f"{image.removeprefix('sha256:')[:12]}.{kind}"


def _write(file: Path, data: bytes) -> Path:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise CommandError(f"Can't write {file}: {error.strerror}.", code=Code.FILE_UNWRITABLE) from error
    return file
