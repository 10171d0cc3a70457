"""Plan: what would change in an environment, and what was changed in it by hand."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.deploying.compiling import compile_environment
from anops_control.deploying.finding import challenger_meant, version_meant
from anops_control.deploying.ir import Ir
from anops_control.deploying.providers.provider import Home, Seen, provider_of
from anops_control.errors import CommandError
from anops_control.standing.differences import differences, told_apart

if TYPE_CHECKING:
    from anops_control.deploying.finding import Environments
    from anops_control.deploying.record import Record

_PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change.

    Attributes:
        spec: What `ao.toml` says.
        ir: What it is made of.
        form: The same, as its provider takes it.
        serial: How often the environment had been changed when this was planned.
        changes: Each key that becomes another: `key`, `was`, `becomes`.
        drift: What was changed by hand, a sentence each.
        action: "create", "change", "repair" what differs by hand, or "nothing".
    """

    spec: dict[str, Any]
    ir: Ir
    form: dict[str, Any]
    serial: int
    changes: list[dict[str, Any]]
    drift: list[str]
    action: str

    @property
    def id(self) -> str:
        """What it is called: the same changes of the same environment have the same."""
        text = json.dumps([self.serial, self.ir.to_dict()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "plan": self.id, "environment": self.ir.environment, "action": self.action, "changes": self.changes,
            "drift": self.drift, "serial": self.serial, "spec": self.spec, "ir": self.ir.to_dict(), "form": self.form,
        }  # fmt: skip


def planned(environments: Environments, name: str, record: Record, *, instead: Ir | None = None) -> Plan:
    """Return what would change.

    Args:
        environments: The environments of the project.
        name: One of them.
        record: What is kept of it.
        instead: What is wanted in place of what `ao.toml` says.

    Raises:
        CommandError: There is no such environment or version, or its files are gone.
        StandingError: The provider can't take it.
    """
    section = environments.section(name)
    ir = instead
    if ir is None:
        version = version_meant(environments.folder, section.model)
        challenger = challenger_meant(environments.folder, section.challenger)
        ir = compile_environment(environments.project, name, section, version, challenger)
    home = Home(environments.folder, record.place)
    form = provider_of(ir).build(ir, home)
    told = record.read()
    now = None if told is None else told["now"]
    seen = Seen() if now is None else look(now, home)
    was = {} if now is None else now["ir"]
    changes = [
        {"key": key, "was": one, "becomes": other}
        for key, one, other in differences(was, ir.to_dict())
        if not key.startswith("labels")
    ]
    if now is None:
        action = "create"
    else:
        action = "change" if changes else "repair" if seen.drift or told_changing(told) else "nothing"
    spec = {"environment": name, **section.written()}
    return Plan(spec, ir, form, record.serial, changes, list(seen.drift), action)


def told_changing(told: dict[str, Any] | None) -> bool:
    """Say whether a change of it was begun and not ended."""
    return told is not None and told["status"] == "changing"


def look(now: dict[str, Any], home: Home) -> Seen:
    """Return what there is of what was brought up."""
    ir = Ir.from_dict(now["ir"])
    return provider_of(ir).look(ir, now["form"], home)


def remember(record: Record, plan: Plan) -> None:
    """Keep a plan, so that it can be applied as it was seen."""
    record.place.mkdir(mode=0o700, parents=True, exist_ok=True)
    record.keep(f"{plan.id}.{_PLAN}", plan.to_dict())


def require_as_planned(record: Record, plan: Plan, wanted: str) -> None:
    """Check that what would be done now is what was planned.

    Raises:
        CommandError: There is no such plan, or something has changed since.
    """
    if plan.id == wanted:
        return
    try:
        seen = json.loads((record.place / f"{wanted}.{_PLAN}").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CommandError(
            f"There is no plan `{wanted}` of `{record.name}`.",
            remedy=f"Make one: ao deploy plan {record.name}",
            code=Code.USAGE,
        ) from None
    details = [
        f"`{key}` was planned as {was}, and is {now} now."
        for key, was, now in told_apart(seen["ir"], plan.ir.to_dict())
    ]
    if seen["serial"] != plan.serial:
        details.insert(0, "The environment was changed since.")
    raise CommandError(
        f"The plan `{wanted}` of `{record.name}` is no longer what would be done; nothing was changed.",
        details=details,
        remedy=f"Look at what would be done now: ao deploy plan {record.name}",
        code=Code.PLAN_OUTDATED,
    )
