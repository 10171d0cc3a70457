"""The token that every request must bring, kept in a file that only its owner may read."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from anops_control.errors import CommandError
from anops_model_interface.codes import Code

if TYPE_CHECKING:
    from pathlib import Path

_BYTES = 32
_OWN_ALONE = 0o600


def token_in(folder: Path) -> str:
    """Return the token of a folder; make one where there is none.

    Raises:
        CommandError: Others may read the file: it is no secret any more.
    """
    path = folder / "token"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN_ALONE)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            raise CommandError(
                f"Others may read the token in {path}, so it is no longer a secret.",
                remedy="Remove that file; a new one is made.",
                code=Code.FILE_DENIED,
            ) from None
        return path.read_text(encoding="ascii").strip()
    token = secrets.token_urlsafe(_BYTES)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token + "\n")
    return token
