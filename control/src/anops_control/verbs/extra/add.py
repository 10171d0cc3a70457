"""Adds an extra to the environment of `ao`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.environment import require_r
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.extras.installing import forgets_at_upgrade, imports, install
from anops_control.extras.known import extra
from anops_control.extras.state import lacking, versions_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraAddRequest:
    """What is to be added."""

    name: str
    """The extra."""
    wheels: Path | None = None
    """A folder of wheels that everything is taken from, without any network."""


@dataclass(frozen=True, slots=True)
class ExtraAddResult:
    """What was added.

    Attributes:
        name: The extra.
        brings: What it brings.
        versions: The distributions it needs, with their versions.
        added: Which of them were not there before.
    """

    name: str
    brings: str
    versions: dict[str, str | None]
    added: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"name": self.name, "brings": self.brings, "distributions": self.versions, "added": self.added}


def run(request: ExtraAddRequest, events: Events) -> ExtraAddResult:
    """Add an extra; what is there already stays as it is.

    Raises:
        CommandError: There is no such extra, or it can't be installed.
    """
    wanted = extra(request.name)
    if wanted.needs_r:
        require_r()
    if request.wheels is not None and not request.wheels.is_dir():
        raise CommandError(
            f"There is no folder `{request.wheels}`.",
            remedy="Name the folder that holds the wheels (.whl) with --wheels.",
            code=Code.FILE_NOT_FOUND,
        )
    missing = lacking(wanted)
    with telling(events):
        if missing:
            named = [f"{each.name}{each.specifier}" for each in missing]
            events.doing(f"Installing {', '.join(named)}", lasting=True)
            install(named, request.wheels, events)
            events.idle()
        if (reason := imports(wanted.module)) is not None:
            raise CommandError(
                f"The extra `{wanted.name}` is installed, but it can't be used.",
                details=[reason],
                code=Code.ENVIRONMENT,
            )
        tool = forgets_at_upgrade()
        if missing and tool is not None:
            events.note(f"{tool} recreates this environment when it upgrades `ao`: add the extra again then.")
    return ExtraAddResult(wanted.name, wanted.brings, versions_of(wanted), [each.name for each in missing])


VERB = Verb("extra add", "Add an extra to the environment of `ao`.", ExtraAddRequest, run)
