"""Builds a project's image, tests it, and pushes it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from anops_control.building.build_result import BuildPlan, Result
from anops_control.building.building import build_project
from anops_control.configuration import load
from anops_control.events import Events, telling
from anops_control.limits import Limits
from anops_control.tracking.addresses import address_of
from anops_control.tracking.fetching import copy_out, fetched_here
from anops_control.verbs.verb import Verb

SECONDS = 900.0
"""How long all checks of an image may take where nobody says how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What is to be built."""

    folder: Path
    """The project's folder."""
    model: str | None = None
    """A version of the registry in place of the project's own files: models:/NAME@ALIAS, models:/NAME/VERSION,
    runs:/ID/model."""
    push: bool = False
    """Push it to `[image] repository` when it is tested."""
    test: bool = True
    """Run lint, tests, coverage and predictions in it."""
    tags: tuple[str, ...] = ()
    """Give it these tags as well."""
    platform: str | None = None
    """Build for this platform, such as linux/arm64."""
    replace: bool = False
    """Take the name and version of an image that has another model."""
    sign: bool = False
    """Sign it with your key when it is tested: ANOPS_SIGNING_KEY, or one that is made the first time."""
    max_seconds: float | None = None
    """How long the checks of the image may take; by default 900."""
    max_memory_gb: float | None = None
    """How much memory the checks may take; by default three quarters of what is free."""


def run(request: BuildRequest, events: Events) -> Result:
    """Build a project's image, and test and push it where this is asked for.

    Raises:
        CommandError: It can't be built or pushed.
    """
    limits = Limits.of(request.max_seconds, request.max_memory_gb, default=SECONDS)
    plan = BuildPlan(
        request.push,
        request.test,
        request.tags,
        request.platform,
        request.replace,
        limits,
        request.sign,
        request.folder,
    )
    with telling(events):
        if request.model is None:
            return build_project(load(request.folder), plan, events)
        events.doing("Fetching the version")
        found = fetched_here(request.folder, address_of(request.model))
        # in a copy: a build writes into the project, and what was fetched must stay what was registered
        with tempfile.TemporaryDirectory(prefix="ao-build-") as work:
            copy = Path(work, found.folder.parent.name)
            copy_out(found, copy)
            return replace(build_project(load(copy), plan, events), composed=None)


VERB = Verb("build", "Build a project's image with Docker, test it, and push it.", BuildRequest, run)
