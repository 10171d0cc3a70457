"""What `ao workspace` asks: brings workspaces up, finds them again, changes them, takes them down."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from anops_control.standing.differences import differences

from anops_workspaces import reaching, state
from anops_workspaces.certificates import Certificate
from anops_workspaces.compiling import bytes_of, compile_spec
from anops_workspaces.failures import WorkspaceError
from anops_workspaces.forwarding import forward
from anops_workspaces.ir import Ir
from anops_workspaces.parsing import described, parse, read_provider
from anops_workspaces.providers.provider import place_of
from anops_workspaces.specs import LocalSpec
from anops_workspaces.state import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from anops_workspaces.providers.provider import Doing


class Workspaces:
    """The workspaces of a person."""

    error = WorkspaceError
    """What it raises; it has a message, details and a remedy."""

    def plan(self, name: str, *, home: Path, folder: Path, provider: str, least: int | None, most: int | None
             ) -> dict[str, Any]:  # fmt: skip
        """Return each stage before anything is done: spec, intermediate representation, form."""
        spec = parse(name, provider=provider, home=home, folder=folder, min_workers=least, max_workers=most)
        ir = compile_spec(spec)
        return {"spec": spec.model_dump(mode="json"), "ir": ir.to_dict(), "form": place_of(ir).build(ir)}

    def up(
        self,
        name: str,
        *,
        home: Path,
        folder: Path,
        provider: str | None,
        least: int | None,
        most: int | None,
        doing: Doing,
    ) -> dict[str, Any]:
        """Bring a workspace up; one that is up as it is asked for stays as it is, one that was comes as it was."""
        kept = State(home, name)
        with kept.locked():
            told = kept.read()
            is_up = told is not None and self._is_up(kept, told)
            if told is not None and not is_up and provider is None:
                provider, was = told["provider"], told["ir"]["workers"]
                if (least, most) == (None, None):
                    least, most = was["minimum"], was["maximum"]
            provider = provider or "local"
            planned = self.plan(name, home=home, folder=folder, provider=provider, least=least, most=most)
            ir = Ir.from_dict(planned["ir"])
            place = place_of(ir)
            if told is not None and is_up:
                if told["ir"] == planned["ir"]:
                    return self._told(kept) | {"was_up": True}
                raise WorkspaceError(
                    f"The workspace `{name}` is up already, with other settings.",
                    details=[
                        f"`{key}` is {was!r}, and was asked for as {asked!r}."
                        for key, was, asked in differences(told["ir"], planned["ir"])
                    ],
                    remedy=f"Change how many workers it has (ao workspace scale {name} --max-workers N), or take it "
                    f"down first: ao workspace down {name}",
                )
            if told is not None:  # what a crash has left
                self._clear(kept, told, doing)
            kept.tell("starting", ir, provider)
            Certificate.make(kept.place)
            try:
                connection = place.apply(ir, planned["form"], kept.place, doing)
                files = Certificate.below(kept.place)
                connection |= {"certificate": str(files.certificate), "key": str(files.key)}
                kept.tell("up", ir, provider, connection)
            except BaseException:
                with suppress(WorkspaceError):  # what it can't remove now, `down` does later
                    place.destroy(ir, kept.place, lambda _: None)
                    kept.forget()
                raise
        return self._told(kept) | {"was_up": False}

    def provider(self, name: str, *, home: Path, folder: Path) -> dict[str, Any] | None:
        """Return where a provider runs things, and what it says of their containers; None for one without a file.

        Raises:
            WorkspaceError: There is no such provider, or it can't be used.
        """
        found = described(name, home, folder)
        if found is None and name in {"local", "docker"}:
            return None
        found = found or read_provider(name, home, folder)
        spec = found.spec
        is_here = isinstance(spec, LocalSpec) and spec.context is None
        target = "processes" if is_here else "kubernetes" if found.provider == "local" else found.provider
        told: dict[str, Any] = {"target": target, "image": getattr(spec, "image", None)}
        if "cpus" in spec.model_fields_set:
            told["cpus"] = spec.cpus
        return told if spec.memory is None else told | {"memory_bytes": bytes_of(spec.memory)}

    def list(self, home: Path) -> list[dict[str, Any]]:
        """Return what is known of each, without asking its scheduler."""
        return [self._told(State(home, name)) for name in state.names(home)]

    def status(self, home: Path, name: str) -> dict[str, Any]:
        """Return what is known of one, with the workers that it has now."""
        kept = State(home, name)
        told = self._told(kept)
        connection = (kept.read() or {}).get("connection")
        now = reaching.workers(connection) if told["state"] == "up" and connection else None
        return told | {"workers": now, "answers": now is not None}

    def connection(self, home: Path, name: str) -> dict[str, Any]:
        """Return how its scheduler is reached.

        Raises:
            WorkspaceError: There is no such workspace, or it is not up.
        """
        kept = State(home, name)
        told, _ = kept.require()
        if told["connection"] is None or not self._is_up(kept, told):
            said = self._told(kept)
            raise WorkspaceError(
                f"The workspace `{name}` is {said['state']}: {said['why']}.", remedy=f"Run: ao workspace up {name}"
            )
        connection: dict[str, Any] = told["connection"]
        return connection

    def scale(self, home: Path, name: str, least: int | None, most: int | None) -> dict[str, Any]:
        """Change how many workers there are, between at least and at most."""
        kept = State(home, name)
        with kept.locked():
            self.connection(home, name)
            told, ir = kept.require()
            was = told["ir"]["workers"]
            minimum = was["minimum"] if least is None else least
            maximum = was["maximum"] if most is None else most
            if minimum > maximum:
                raise WorkspaceError(
                    f"There can't be at least {minimum} workers and at most {maximum}.",
                    remedy="Give both --min-workers and --max-workers.",
                )
            place_of(ir).scale(ir, kept.place, minimum, maximum)
            told["ir"]["workers"] |= {"minimum": minimum, "maximum": maximum}
            kept.tell("up", Ir.from_dict(told["ir"]), told["provider"], told["connection"])
        return self._told(kept)

    def down(self, home: Path, name: str, doing: Doing) -> None:
        """Take a workspace down, with all that was started for it, also what a crash has left."""
        kept = State(home, name)
        kept.require()
        with kept.locked():
            told, ir = kept.require()
            kept.tell("ending", ir, told["provider"], told["connection"])
            self._clear(kept, told, doing)

    def forward(self, home: Path, name: str, port: int, ready: Callable[[str], None], stopped: Callable[[], bool]
                ) -> None:  # fmt: skip
        """Let the dashboard be reached on a port of this computer until it is wanted no more."""
        forward(self.connection(home, name)["dashboard"], port, ready, stopped)

    def _clear(self, kept: State, told: dict[str, Any], doing: Doing) -> None:
        ir = Ir.from_dict(told["ir"])
        place_of(ir).destroy(ir, kept.place, doing)
        kept.forget()

    def _is_up(self, kept: State, told: dict[str, Any]) -> bool:
        ir = Ir.from_dict(told["ir"])
        return told["status"] == "up" and place_of(ir).is_there(ir, kept.place)

    def _told(self, kept: State) -> dict[str, Any]:
        told, ir = kept.require()
        status, why = told["status"], None
        if status == "up" and not self._is_up(kept, told):
            status, why = "gone", "its scheduler has ended"
            if ir.target == "kubernetes":
                why = "the connection from this computer to its cluster has ended"
        elif status != "up":
            locked = kept.is_locked()
            status = status if locked else "unfinished"
            why = "another `ao` is working on it" if locked else "the `ao` that was working on it has ended"
        connection = told["connection"] or {}
        return {
            "name": kept.name, "state": status, "why": why, "provider": ir.target,
            "min_workers": ir.workers.minimum, "max_workers": ir.workers.maximum,
            "address": connection.get("address"), "dashboard": connection.get("dashboard"), "place": str(kept.place),
        }  # fmt: skip


WORKSPACES = Workspaces()
