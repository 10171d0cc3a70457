"""What to say where `anops-worker` is there, and what it offers by entry points is not."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import unquote, urlsplit

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.packages import install_command

_OURS = "anops-worker"


def not_whole(group: str, lacks: str, what: str) -> AnOpsError:
    """Return the error for an entry point of ours that is not found, although its file is there.

    Args:
        group: The group of entry points.
        lacks: What is not in it.
        what: What can't be done without.
    """
    return AnOpsError(
        Code.MODEL_LOAD,
        f"Can't {what}: `{_OURS}` is not completely installed here, or was installed before it could do that. "
        f"Its files are there, but `{lacks}` is not among its entry points ({group}).",
        remedy=f"Install it again: {_again()}",
    )


def _again() -> str:
    """Return the command that installs it as it was installed: for editing from a folder, or from a wheel."""
    try:
        told = json.loads(distribution(_OURS).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        told = {}
    if told.get("dir_info", {}).get("editable"):
        return install_command("--no-deps", "--editable", unquote(urlsplit(told["url"]).path))
    return install_command("--no-deps", "--force-reinstall", _OURS)
