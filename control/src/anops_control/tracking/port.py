"""What is asked of whoever keeps versions of models: values and a protocol, which an adapter fulfils."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_model_interface.schema import Schema

TRAINING_TAG = "anops.training"
"""The tag by which a run says which training it is, as `ao train` names it."""


class NotKeptError(Exception):
    """A model, version, alias or run is not there; the text says which."""


class AwayError(Exception):
    """Who keeps them does not answer, or can't be used; the text says why."""


class RefusingError(AwayError):
    """Who keeps them does not let in who asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a registered model.

    Attributes:
        model: The model's name.
        number: Its number, from 1.
        aliases: Names that point to it.
        description: A text about it.
        tags: What else is said of it, ours with the prefix `anops.`.
        run: The run that it came from; empty where there is none.
        created: When it was registered, in milliseconds since 1970.
        source: Where its files are, in the words of whoever keeps them.
    """

    model: str
    number: int
    aliases: tuple[str, ...] = ()
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    run: str = ""
    created: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredModel:
    """A model that has versions.

    Attributes:
        name: Its name.
        description: A text about it.
        aliases: The number of the version that each alias points to.
        tags: Further facts about it.
    """

    name: str
    description: str = ""
    aliases: Mapping[str, int] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What is registered.

    Attributes:
        model: The model's name.
        folder: The packed project: `project/` and `manifest.json`.
        language: What it is written in.
        schema: Its columns, which other tools are told.
        description: A text about it.
        tags: Further facts about it.
        run: The run that it comes from, where there is one.
    """

    model: str
    folder: Path
    language: str
    schema: Schema
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    run: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run that is kept.

    Attributes:
        id: Its id.
        name: Its name.
        status: How it ended: "FINISHED", "FAILED", "KILLED"; or "RUNNING".
        started: When it began, in milliseconds since 1970.
        ended: When it ended; None while it runs.
        parameters: Its parameters, as texts.
        metrics: Its metrics, each by its last step.
        tags: Further facts about it.
        artifacts: Where its artifacts are.
    """

    id: str
    name: str
    status: str
    started: int
    ended: int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    artifacts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A value of a metric."""

    key: str
    value: float
    step: int = 0
    time: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run as it is kept, in whole.

    Attributes:
        name: Its name.
        status: How it ended.
        started: When it began, in milliseconds since 1970.
        ended: When it ended.
        parameters: Its parameters.
        points: Its metrics.
        tags: Further facts about it.
        files: Artifacts, by their paths in the run.
        id: The run that it is added to; None makes one.
    """

    name: str
    status: str
    started: int
    ended: int
    parameters: Mapping[str, str] = field(default_factory=dict)
    points: Sequence[Point] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    id: str | None = None


class Keeper(Protocol):
    """Keeps runs and versions of models.

    Each method raises `NotKeptError` where what it is asked about is not there, `AwayError` where it can't be asked.
    """

    where: str
    """Where it keeps them: an address, without a password."""

    def models(self) -> list[RegisteredModel]:
        """Return all registered models, by name."""

    def model(self, name: str) -> RegisteredModel:
        """Return a registered model."""

    def versions(self, model: str) -> list[Version]:
        """Return the versions of a model, the newest first."""

    def version(self, model: str, number: int) -> Version:
        """Return a version."""

    def register(self, new: NewVersion) -> Version:
        """Keep a version, with all its files; where that fails, no trace of it is left."""

    def move_alias(self, model: str, alias: str, number: int) -> None:
        """Let an alias point to a version."""

    def drop_alias(self, model: str, alias: str) -> None:
        """Take an alias away."""

    def tag_model(self, model: str, key: str, value: str) -> None:
        """Say something of a model, in place of what was said under that key before."""

    def tag_version(self, model: str, number: int, key: str, value: str) -> None:
        """Say something of a version."""

    def remove_version(self, model: str, number: int) -> None:
        """Remove a version."""

    def remove_model(self, model: str) -> None:
        """Remove a model that has no versions any more."""

    def fetch(self, version: Version, into: Path) -> None:
        """Copy the files of a version, which `register` was given, into an empty folder."""

    def fetch_of_run(self, run: str, name: str, into: Path) -> None:
        """Copy the files of the model that a run has logged under a name."""

    def runs(self, most: int) -> list[Run]:
        """Return the runs of this project, the newest first."""

    def run(self, run: str) -> Run:
        """Return a run; the start of its id is enough where it is the only one."""

    def points(self, run: str, metric: str) -> list[Point]:
        """Return all values of a metric of a run, by step."""

    def begin_run(self, name: str) -> str:
        """Make a run that others may write to while it runs, and return its id."""

    def keep_run(self, new: NewRun) -> str:
        """Keep a run, and return its id."""

    def artifacts(self, run: str) -> list[str]:
        """Return the paths of what a run has kept."""


class Opener(Protocol):
    """Opens a keeper: what an entry point of `anops.tracking` names."""

    def __call__(self, uri: str, artifacts: Path | None, experiment: str) -> Keeper:
        """Return the keeper at an address.

        Args:
            uri: The address.
            artifacts: Where files go, where the address has no place for them.
            experiment: What the runs of this project are kept under.
        """


def told(version: Version) -> dict[str, Any]:
    """Return a version for JSON."""
    return {
        "model": version.model,
        "version": version.number,
        "aliases": list(version.aliases),
        "address": f"models:/{version.model}/{version.number}",
        "description": version.description,
        "language": version.tags.get("anops.language", ""),
        "project_version": version.tags.get("anops.version", ""),
        "digest": version.tags.get("anops.digest", ""),
        "run": version.run,
        "created": version.created,
        "tags": {key: value for key, value in version.tags.items() if not key.startswith(("anops.", "mlflow."))},
    }
