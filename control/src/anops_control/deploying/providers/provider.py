"""What a place must be able to do for an environment, and which there are."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

from anops_model_interface.codes import Code
from anops_project.project import Project

from anops_control.deploying.finding import files_of
from anops_control.errors import CommandError
from anops_control.suggestions import nearest
from anops_control.tracking.opening import FOLDER, PREDICTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from anops_model_interface.log_file import LogPlace

    from anops_control.deploying.ir import Ir

GROUP = "anops.deployers"
"""The group of entry points by which a distribution offers a provider, under the name that ao.toml has for it."""
Doing: TypeAlias = "Callable[[str], None]"
"""Is told what is being done; raises where it is wanted no more."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where an environment is kept.

    Attributes:
        project: The project's folder.
        place: The environment's own folder in it.
    """

    project: Path
    place: Path


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is of an environment now.

    Attributes:
        replicas: Each copy: its name, and what state it is in.
        url: Where it answers; None where it does not.
        digest: The digest of the model that answers; None where none does.
        drift: A sentence for each thing that is otherwise than it was brought up.
    """

    replicas: Sequence[Mapping[str, Any]] = ()
    url: str | None = None
    digest: str | None = None
    drift: Sequence[str] = ()


class Provider(Protocol):
    """A place that environments run in: a module with these functions."""

    def build(self, ir: Ir, home: Home) -> dict[str, Any]:
        """Return the form that the place understands, as plain data."""

    def render(self, ir: Ir, form: Mapping[str, Any]) -> dict[str, str]:
        """Return the form as files that people read and keep, by their paths."""

    def apply(self, ir: Ir, form: Mapping[str, Any], home: Home, doing: Doing) -> dict[str, Any]:
        """Make it so with no request lost, and return how it is reached; what can't start leaves all as it was."""

    def look(self, ir: Ir, form: Mapping[str, Any], home: Home) -> Seen:
        """Return what there is of it."""

    def logs(self, ir: Ir, home: Home, most: int) -> list[str]:
        """Return the last lines that its services have said."""

    def destroy(self, ir: Ir, home: Home, doing: Doing) -> None:
        """Take down all of it, also what a crash has left."""


_OURS = {name: f"anops_control.deploying.providers.{name}" for name in ("local", "compose", "kubernetes")}


def provider_of(ir: Ir) -> Provider:
    """Return the place that an environment runs in; only what it needs is imported.

    Raises:
        CommandError: Nothing that is installed offers such a place, or it can't be imported.
    """
    if ir.provider in _OURS:
        return cast("Provider", import_module(_OURS[ir.provider]))
    others = {each.name: each for each in entry_points(group=GROUP)}
    if ir.provider not in others:
        known = sorted({*_OURS, *others})
        guess = nearest(ir.provider, known)
        raise CommandError(
            f"There is no provider `{ir.provider}` for the environment `{ir.environment}`.",
            details=[f"There are {', '.join(f'`{each}`' for each in known)}."],
            remedy=f"Did you mean `{guess}`?"
            if guess
            else "Install the package that offers it beside `ao`, or name another provider.",
            code=Code.PROJECT_INVALID,
        )
    try:
        return cast("Provider", others[ir.provider].load())
    except Exception as error:  # an adapter is anyone's code
        raise CommandError(
            f"The provider `{ir.provider}` can't be used: `{others[ir.provider].value}` fails when it is imported.",
            details=[f"{type(error).__name__}: {error}"],
            code=Code.ENVIRONMENT,
        ) from error


def log_of(ir: Ir, home: Home) -> LogPlace:
    """Return the log of predictions of an environment; that of the project where its place has no other.

    Raises:
        CommandError: It can't be fetched.
        StandingError: Its place does not answer.
    """
    store = Project.read(files_of(home.project, ir.model.name, ir.model.number)).service.log_store
    if store is not None:
        return store
    fetch = cast("Callable[[Ir, Home], Path] | None", getattr(provider_of(ir), "log", None))
    return home.project / FOLDER / PREDICTIONS if fetch is None else fetch(ir, home)
