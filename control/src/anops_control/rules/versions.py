"""The R or Python that checks the model is that of the image that will serve it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anops_control.examination import begin_examination, examined
from anops_control.places import here as this_machine
from anops_control.rules.packages_r import arguments
from anops_control.rules.rscript import run_script
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("versions")
IMAGE_VERSIONS = {"python": "3.13", "r": "4.5"}
"""What AnOps' images have: those of Debian trixie, which they are made from."""
_NAMES = {"python": "Python", "r": "R"}
_OURS = re.compile(r"^(?:ARG\s+BASE=|FROM\s+)\S*anops/model-service-", re.MULTILINE | re.IGNORECASE)


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    language = configuration.project.project.language
    here = examined(configuration, "packages").language
    if here is None:
        return
    yield from _image(configuration, here)
    if language == "r":
        with this_machine.here(configuration.project) as place:
            asked = run_script("packages.R", arguments(configuration), place)
        for record in asked.records:
            if record[0] == "saved" and short(record[1]) != short(here):
                yield _REPORT.note(
                    f"The model was saved by R {record[1]}; R {here} loads it here.",
                    remedy="If the rule `predictions` passes, both give the reference rows the same answers.",
                    file=configuration.project.model.artifact,
                )


def _image(configuration: Configuration, here: str) -> Iterator[Finding]:
    language = configuration.project.project.language
    name, there = _NAMES[language], IMAGE_VERSIONS[language]
    dockerfile = configuration.folder / "Dockerfile"
    text = dockerfile.read_text(encoding="utf-8", errors="replace") if dockerfile.is_file() else ""
    if _OURS.search(text) and short(here) != there:
        yield _REPORT.note(
            f"{name} is {here} here, and {there} in the image.",
            remedy="Run `ao build`: it lets the image itself answer the reference rows.",
            file="Dockerfile",
        )


def short(version: str) -> str:
    """Return the first two parts of a version, which tell releases that may behave differently."""
    return ".".join(version.split(".")[:2])


RULE = Rule(
    name="versions",
    passed="The model is looked at by the R or Python that saved it and will serve it.",
    doing="Comparing versions",
    inspect=_inspect,
    after=("r", "structure"),
    ahead=begin_examination,
)
