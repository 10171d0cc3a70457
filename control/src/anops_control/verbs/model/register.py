"""Keeps the project's model as a new version."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_project.recorded import require_recorded, sha256_of

from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.events import Events, telling
from anops_control.tracking.addresses import check_alias, check_name
from anops_control.tracking.aliases import point_to
from anops_control.tracking.data_used import ARTIFACT_TAG
from anops_control.tracking.opening import kept, place_of
from anops_control.tracking.packing import pack, seal_of
from anops_control.tracking.port import Keeper, NewVersion, NotKeptError, Version, told
from anops_control.tracking.recording import waiting
from anops_control.tracking.sending import send_to
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_project.project import Project

    from anops_control.tracking.opening import TrackingPlace

_MOST_RUNS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRegisterRequest:
    """What is registered."""

    folder: Path
    """The project's folder."""
    name: str | None = None
    """The model's name in the registry; by default that of the project."""
    alias: str | None = None
    """An alias that points to the new version, without any gate: `challenger`, or a name of your own."""
    description: str = ""
    """A text about the version."""
    tags: dict[str, str] = field(default_factory=dict)
    """Further facts about it."""
    run: str | None = None
    """The run that it came from; by default the one that has written the model's file, where one has."""


@dataclass(frozen=True, slots=True)
class ModelRegisterResult:
    """The version.

    Attributes:
        version: The version.
        is_new: Whether it is new; false where the newest version was the same project already.
        where: Where it is kept.
        files: How many files it has.
    """

    version: Version
    is_new: bool
    where: str
    files: int

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**told(self.version), "new": self.is_new, "where": self.where, "files": self.files}


def run(request: ModelRegisterRequest, events: Events) -> ModelRegisterResult:
    """Register the project's model; the same project twice in a row is one version.

    Raises:
        CommandError: The name or alias can't be used, the run is not there, or nothing can be kept.
        AnOpsError: A file of the model is not there, or the fitted model is not the one that was taken in.
    """
    project = load(request.folder).project
    return registered(project, place_of(project.folder), request, events)


def registered(
    project: Project, place: TrackingPlace, request: ModelRegisterRequest, events: Events
) -> ModelRegisterResult:
    """Register a project's model at a place, which need not be that of the project's folder.

    Raises:
        CommandError: The name or alias can't be used, the run is not there, or nothing can be kept.
        AnOpsError: A file of the model is not there, or the fitted model is not the one that was taken in.
    """
    name = check_name(request.name or project.project.name)
    alias = None if request.alias is None else check_alias(request.alias)
    require_recorded(project, "registered")  # no service would load it
    with telling(events), kept(place) as keeper, tempfile.TemporaryDirectory(prefix="ao-register-") as work:
        if waiting(place.home):
            send_to(keeper, place)
        came_from = _of_artifact(keeper, project) if request.run is None else _run(keeper, request.run)
        packed = Path(work, "packed")
        packed.mkdir()
        events.doing("Packing the project")
        manifest = pack(project, packed)
        seal = seal_of(manifest)
        same = _same(keeper, name, seal)
        if same is None:
            events.doing("Keeping it")
            version = keeper.register(
                NewVersion(
                    model=name,
                    folder=packed,
                    language=project.project.language,
                    schema=project.schema,
                    description=request.description or project.project.description,
                    tags={
                        **request.tags,
                        "anops.seal": seal,
                        "anops.digest": manifest["digest"],
                        "anops.language": project.project.language,
                        **({"anops.series": "true"} if project.series is not None else {}),
                        "anops.version": project.project.version,
                    },
                    run=came_from,
                )
            )
        else:
            version = same
            events.note(f"Version {same.number} is this very project already: no new version was made.")
        if alias is not None:
            point_to(keeper, name, alias, version.number)
            version = keeper.version(name, version.number)
        events.idle()
    return ModelRegisterResult(version, same is None, place.shown, len(manifest["files"]))


def _same(keeper: Keeper, name: str, seal: str) -> Version | None:
    try:
        newest = keeper.versions(name)[:1]
    except NotKeptError:
        return None
    return newest[0] if newest and newest[0].tags.get("anops.seal") == seal else None


def _of_artifact(keeper: Keeper, project: Project) -> str | None:
    """Return the newest run that has written the very file of the model."""
    file = None if project.model.artifact is None else project.folder / project.model.artifact
    if file is None or not file.is_file():
        return None
    digest = sha256_of(file)
    return next((run.id for run in keeper.runs(_MOST_RUNS) if run.tags.get(ARTIFACT_TAG) == digest), None)


def _run(keeper: Keeper, run: str) -> str:
    try:
        return keeper.run(run).id
    except NotKeptError:
        raise CommandError(
            f"There is no run `{run}`.", remedy="List them: ao runs list", code=Code.RUN_NOT_FOUND
        ) from None


VERB = Verb("model register", "Store the project as a new version.", ModelRegisterRequest, run)
