"""Lets a version that has passed into an environment: its alias is moved, and it is applied; or all is as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.deploying import promotions
from anops_control.deploying.applying import apply
from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.known import status
from anops_control.errors import CommandError
from anops_control.promoting.promotion import claimed, moved
from anops_control.tracking.finding import model_of
from anops_control.tracking.opening import kept, place_of
from anops_control.verbs.model import demote, rollback
from anops_control.verbs.workspace.facts import doing

if TYPE_CHECKING:
    from anops_control.deploying.finding import Environments
    from anops_control.events import Events


def source_of(environments: Environments, name: str) -> dict[str, Any]:
    """Return an environment whose version goes on.

    Raises:
        CommandError: It does not run as it was brought up.
        StandingError: What is kept of it can't be read.
    """
    runs = status(environments, name)
    if runs["state"] != "up":
        raise CommandError(
            f"The environment `{name}` is {runs['state']}: only an environment that runs as deployed can be promoted.",
            details=runs["drift"],
            remedy=f"Bring it up: ao deploy apply {name}",
            code=Code.DEPLOYMENT_FAILED,
        )
    return runs


def alias_at(environments: Environments, model: str, alias: str) -> int | None:
    """Return the version that an alias points to; None where it is not there."""
    with kept(place_of(environments.folder)) as keeper:
        return model_of(keeper, model).aliases.get(alias)


def enter(environments: Environments, name: str, promotion: dict[str, Any], events: Events) -> dict[str, Any]:
    """Move the alias, apply, and keep the promotion as it ended.

    Raises:
        CommandError: The alias has moved since, or the version does not start there.
    """
    model, alias, before = promotion["model"], promotion["alias"], promotion["before"]
    now = alias_at(environments, model, alias)
    if now != before:
        raise CommandError(
            f"`{model}@{alias}` has moved since the gates were passed; nothing was changed.",
            details=[f"It pointed to version {before or 'none'}, and points to {now or 'none'} now."],
            remedy=f"Look again: ao deploy promote {promotion['from']} --to {name}",
            code=Code.PLAN_OUTDATED,
        )  # fmt: skip
    by = f", approved by {promotion['decision']['by']}" if "decision" in promotion else ""
    with kept(place_of(environments.folder)) as keeper:
        version = keeper.version(model, promotion["version"])
        moved(keeper, version, promotion["statistics"], claimed(keeper, model, alias))
    try:
        with told_as_commands():
            told = apply(environments, name, doing(events), plan=None, how=f"promote from {promotion['from']}{by}")
    except BaseException:
        _back(environments, f"{model}@{alias}", before, promotion["version"], events)
        raise
    events.idle()
    state = promotions.APPROVED if by else promotions.PASSED
    file = promotions.keep(environments.folder, promotion | {"state": state})
    return told | {"promotion": promotion | {"state": state, "evidence": str(file)}}


def _back(environments: Environments, address: str, before: int | None, now: int, events: Events) -> None:
    """Let an alias point to what it pointed to before."""
    if before is None:
        demote.run(demote.ModelDemoteRequest(folder=environments.folder, address=address), events)
    elif before != now:
        rollback.run(rollback.ModelRollbackRequest(folder=environments.folder, address=address), events)
