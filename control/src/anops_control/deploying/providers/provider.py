"""What a place must be able to do for an environment, and which there are."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from anops_control.deploying.ir import Ir

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


class Place(Protocol):
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


_PLACES = {name: f"anops_control.deploying.providers.{name}" for name in ("local", "compose", "kubernetes")}


def place_of(ir: Ir) -> Place:
    """Return the place that an environment runs in; only what it needs is imported."""
    return cast("Place", import_module(_PLACES[ir.provider]))
