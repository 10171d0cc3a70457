"""Reads from what `kubectl diff` prints what is otherwise in a cluster."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHANGED = re.compile(r"^([-+])(?![-+]{2})\s*(.*)$")
_COUNTED = ("generation:", "resourceVersion:")
"""What a cluster counts by itself."""


def told_apart(differences: str) -> Iterator[str]:
    """Yield a sentence for each line that `kubectl diff` says is otherwise in the cluster."""
    what, gone = "", False
    for line in differences.splitlines():
        if line.startswith("diff "):
            kind, name = _object_of(line)
            what, gone = f"{kind} `{name}`", False
        elif line.startswith("@@ -0,0 "):
            gone = True
            yield f"The {what} is gone."
        elif not gone and (found := _CHANGED.match(line)):
            sign, text = found.groups()
            if not text.startswith(_COUNTED):
                yield f"In the {what} of the cluster there is `{text}`." if sign == "-" else \
                    f"In the {what} of the cluster `{text}` is missing."  # fmt: skip


def _object_of(line: str) -> tuple[str, str]:
    """Return kind and name from the line of `diff` that names two files, each GROUP.VERSION.KIND.NAMESPACE.NAME."""
    file = line.rsplit(maxsplit=1)[-1].rsplit("/", 1)[-1]
    parts = file.split(".")
    at = next(number for number, part in enumerate(parts) if part[:1].isupper())
    return parts[at], ".".join(parts[at + 2 :])
