"""Which versions of packages a Python has, for those that a project's own files import."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.environment import Interpreter

IMPORTED = ("joblib", "pandas")
"""What the template's own Python files import, whatever the model needs."""

_ASK = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(found))
"""


def installed_versions(interpreter: Interpreter, packages: Sequence[str]) -> dict[str, str]:
    """Return the versions of those packages that an interpreter has."""
    ended = subprocess.run(  # noqa: S603  the person's own Python, which was tried before
        [str(interpreter.path), "-c", _ASK, *packages], capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(ended.stdout)
    return found
