"""Runs what is not finished of an experiment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.experiments.bundled import taken
from anops_control.experiments.clusters import cluster_of
from anops_control.experiments.finding import checked, place_of, section_of, settings_of
from anops_control.experiments.going import SimEnded, go
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class SimRunRequest:
    """What is run."""

    folder: Path
    """The project's folder."""
    name: str
    """The experiment: `[experiments.NAME]` of ao.toml; with `function`, any name."""
    function: str | None = None
    """The function, if not that of ao.toml: "sir.R:simulate"."""
    file: Path | None = None
    """The CSV file of parameter sets, in place of the design of ao.toml."""
    replicates: int | None = None
    """How often each parameter set is run."""
    seed: int | None = None
    """The seed of random numbers."""
    workers: int | None = None
    """How many run at once."""
    scheduler: str | None = None
    """The address of a Dask scheduler that runs them; by default this computer does."""
    workspace: str | None = None
    """The workspace that runs them."""
    bundle: str | None = None
    """A bundle whose code and data are run, in place of the project's: oras://HOST/NAME:TAG or @sha256:DIGEST."""


def run(request: SimRunRequest, events: Events) -> SimEnded:
    """Run an experiment: what is finished already is not run again.

    Raises:
        CommandError: It can't be run, or nothing works.
        CancelledError: It was wanted no more; what is finished is kept.
    """
    place = place_of(request.folder)
    bundled = None if request.bundle is None else taken(place, request.name, request.bundle)
    section = section_of(place if bundled is None else bundled.place, request.name, function=request.function)
    changed = {name: getattr(request, name) for name in ("replicates", "seed", "workers")}
    if request.file is not None:
        changed |= {"file": str(request.file.resolve()), "design": "csv"}
    if (request.scheduler or request.workspace) and request.workers is not None:
        raise CommandError("A cluster has the workers that it has: `workers` can't be said with one.", code=Code.USAGE)
    told = {name: value for name, value in changed.items() if value is not None}
    section = checked(**{**section.written(), **told})
    cluster = cluster_of(request.scheduler, request.workspace)
    return go(place, request.name, settings_of(section), cluster, events, bundled=bundled)


VERB = Verb("sim run", "Run what is missing of an experiment.", SimRunRequest, run)
