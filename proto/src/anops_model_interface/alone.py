"""Starts a program file of ours in a Python of others, where the modules beside it must not be taken for theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# A script's own folder would come first: our `requests.py` would be what a library gets for `import requests`.
_START = (
    "import sys; sys.path[:] = [each for each in sys.path if each]; "
    "import runpy; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
)


def alone(python: str, program: Path, *arguments: str) -> list[str]:
    """Return the command."""
    return [python, "-c", _START, str(program), *arguments]
