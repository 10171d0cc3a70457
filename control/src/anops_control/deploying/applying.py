"""Apply: an environment becomes what was planned, or stays what it was; and it is taken down."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anops_control.deploying.ir import Ir
from anops_control.deploying.planning import planned, require_as_planned
from anops_control.deploying.providers.provider import Home, provider_of
from anops_control.deploying.record import Record
from anops_control.standing.failure import StandingError

if TYPE_CHECKING:
    from anops_control.deploying.finding import Environments
    from anops_control.deploying.planning import Plan
    from anops_control.deploying.providers.provider import Doing


def apply(
    environments: Environments, name: str, doing: Doing, *, plan: str | None, how: str = "apply"
) -> dict[str, Any]:
    """Bring an environment up, or change it, as `ao.toml` says now.

    Args:
        environments: The environments of the project.
        name: One of them.
        doing: Is told what is being done.
        plan: Apply only if the changes are exactly those of this plan.
        how: What its history calls it.

    Raises:
        CommandError: It can't be planned, or is otherwise than the plan.
        StandingError: It does not start, or another `ao` is working on it.
    """
    record = Record(environments.folder, name)
    with record.locked():
        found = planned(environments, name, record)
        if plan is not None:
            require_as_planned(record, found, plan)
        return _become(environments, record, found, doing, how)


def rollback(environments: Environments, name: str, doing: Doing, *, to: int | None) -> dict[str, Any]:
    """Bring back what ran before.

    Args:
        environments: The environments of the project.
        name: One of them.
        doing: Is told what is being done.
        to: Which, by its number; by default the one before.

    Raises:
        StandingError: Nothing ran before, it does not start, or another `ao` is working on it.
    """
    record = Record(environments.folder, name)
    with record.locked():
        told = record.require()
        ran = [each for each in told["history"] if told["now"] and each["ir"] != told["now"]["ir"]]
        chosen = ran[-1:] if to is None else [each for each in told["history"] if each["serial"] == to]
        if not chosen:
            known = ", ".join(str(each["serial"]) for each in told["history"])
            raise StandingError(
                f"Nothing else ran in `{name}` before." if to is None else f"There is no number {to} of `{name}`.",
                details=[f"There are {known}."] if known else [],
            )
        found = planned(environments, name, record, instead=Ir.from_dict(chosen[0]["ir"]))
        return _become(environments, record, found, doing, f"rollback to {chosen[0]['serial']}")


def _become(environments: Environments, record: Record, plan: Plan, doing: Doing, how: str) -> dict[str, Any]:
    home = Home(environments.folder, record.place)
    told = record.read()
    if plan.action == "nothing":
        return plan.to_dict() | {"connection": (told or {})["now"]["connection"]}
    was = None if told is None or told["now"] is None else Ir.from_dict(told["now"]["ir"])
    if was is not None and was.provider != plan.ir.provider:
        raise StandingError(
            f"The environment `{record.name}` runs by `{was.provider}`, and can't switch to `{plan.ir.provider}` "
            "without downtime.",
            remedy=f"Take it down first: ao deploy down {record.name}",
        )
    # a state that is lost leaves what runs: it is taken over, and must outlive what can't take its place
    stood = told is None and bool(provider_of(plan.ir).look(plan.ir, plan.form, home).replicas)
    record.begin(plan.ir)
    try:
        connection = provider_of(plan.ir).apply(plan.ir, plan.form, home, doing)
    except BaseException:
        if was is None and not stood:
            provider_of(plan.ir).destroy(plan.ir, home, lambda _: None)
        record.give_up()
        raise
    record.done(plan.ir, plan.form, connection, datetime.now(UTC).isoformat(timespec="seconds"), how)
    return plan.to_dict() | {"connection": connection}


def down(environments: Environments, name: str, doing: Doing) -> None:
    """Take an environment down, also what a crash has left of it.

    Raises:
        StandingError: It is not up, or another `ao` is working on it.
    """
    record = Record(environments.folder, name)
    with record.locked():
        ir = Record.ir_of(record.require())
        provider_of(ir).destroy(ir, Home(environments.folder, record.place), doing)
        record.forget()


def logs(environments: Environments, name: str, most: int) -> list[str]:
    """Return the last lines that the services of an environment have said.

    Raises:
        StandingError: It is not up.
    """
    record = Record(environments.folder, name)
    ir = Record.ir_of(record.require())
    return provider_of(ir).logs(ir, Home(environments.folder, record.place), most)
