"""What the checks of an image need beside what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_project.sections.project import Language

_PYTHON = ("ruff>=0.9", "pytest>=8", "coverage>=7")
_R = ("r-cran-covr", "r-cran-jsonlite", "r-cran-lintr", "r-cran-testthat", "r-cran-withr")
_OWN = "requirements-dev.txt"
"""What the tests of a Python project need beside the model, where they say so."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an image gets on top.

    Attributes:
        install: The line of a Dockerfile that installs the tools.
        tools: Files that it reads, in the folder `/anops-checks`.
    """

    install: str
    tools: Mapping[str, bytes] = field(default_factory=dict)


def recipe_for(language: Language, files: Mapping[str, bytes]) -> Recipe:
    """Return what an image gets.

    Args:
        language: The project's.
        files: Its files that checks need.
    """
    return _for_python(files) if language == "python" else _for_r()


def _for_python(files: Mapping[str, bytes]) -> Recipe:
    """The tools go into an environment whose own packages stay as they are."""
    wanted = " ".join(f"'{tool}'" for tool in _PYTHON)
    own = f" --requirement /anops-checks/{_OWN}" if _OWN in files else ""
    install = (
        # a tool must not bring another version of what the model was tested with
        "RUN python -m pip list --format=freeze --exclude-editable > /tmp/installed.txt \\\n"
        " && python -m pip install --no-cache-dir --disable-pip-version-check --quiet --root-user-action=ignore"
        f" --constraint /tmp/installed.txt {wanted}{own} \\\n"
        " && rm /tmp/installed.txt"
    )
    return Recipe(install, {_OWN: files[_OWN]} if _OWN in files else {})


def _for_r() -> Recipe:
    """The tools come from Debian's archive."""
    return Recipe(
        "RUN apt-get update -qq \\\n"
        f" && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends {' '.join(_R)}"
    )
