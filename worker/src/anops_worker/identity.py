"""Whether a request is for the model that is here."""

from __future__ import annotations

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, shortened


def check_identity(name: str, version: str, *, name_here: str, version_here: str) -> None:
    """Refuse a request for another model; empty means the one that is here.

    Raises:
        AnOpsError: `MODEL_NOT_FOUND`.
    """
    if name not in {"", name_here} or version not in {"", version_here}:
        asked = f"`{shortened(name or name_here)}`"
        wanted = f"{asked}, version {shortened(version)}" if version else asked
        raise AnOpsError(
            Code.MODEL_NOT_FOUND,
            f"Can't find model {wanted}: this server has `{name_here}`, version {version_here}.",
        )
