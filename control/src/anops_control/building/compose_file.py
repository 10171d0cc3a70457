"""Lets a project's compose.yaml run the image that was tested last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""In the order in which compose itself looks for them."""

_BASE = re.compile(r"(?P<home>.*\banops/)model-service-(?:r|python):(?P<tag>[\w.-]+)")


@dataclass(frozen=True, slots=True)
class Composed:
    """What a compose file runs now.

    Attributes:
        file: Its name.
        before: The image of the model that it ran; None where it names no image of this project.
        problem: Why it could not be changed.
        variable: The environment variable that names another image; None where the file has none.
        before_is_here: Whether the image that it ran is on this machine, so that it can run again.
    """

    file: str
    before: str | None
    problem: str | None = None
    variable: str | None = None
    before_is_here: bool = False


def compose_runs(
    folder: Path, image: str, *, known_as: Sequence[str], bases: Sequence[str], is_here: Callable[[str], bool]
) -> Composed | None:
    """Write the name of an image into the compose file of a project, and AnOps' own of the same version.

    Only names change, each in its place; whatever else a person has written stays.

    Args:
        folder: The project's folder.
        image: The image, `NAME:VERSION`.
        known_as: The repositories whose images are this model's: its name, and `[image] repository`.
        bases: The images that it was built from; one of AnOps' tells the version of the api-service.
        is_here: Says whether an image is on this machine.

    Returns:
        None where there is no compose file.
    """
    file = next((folder / name for name in NAMES if (folder / name).is_file()), None)
    if file is None:
        return None
    text = file.read_text(encoding="utf-8")
    repositories = "|".join(re.escape(name) for name in known_as)
    ours = re.compile(
        rf"^(?P<key>\s*image:\s*[\"']?(?:\$\{{(?P<variable>\w+):?-)?)(?P<name>(?:{repositories}):[\w.-]+)", re.MULTILINE
    )
    found = ours.search(text)
    if found is None:
        return Composed(file.name, None)
    changed = ours.sub(lambda match: match["key"] + image, text)
    for base in filter(None, map(_BASE.fullmatch, bases)):
        api = rf"^(\s*image:\s*[\"']?(?:\$\{{\w+:?-)?{re.escape(base['home'])}api-service):[\w.-]+"
        changed = re.sub(api, rf"\g<1>:{base['tag']}", changed, flags=re.MULTILINE)
    if changed != text:
        try:
            file.write_text(changed, encoding="utf-8")
        except OSError as error:
            return Composed(file.name, found["name"], error.strerror or str(error))
    return Composed(file.name, found["name"], None, found["variable"], is_here(found["name"]))
