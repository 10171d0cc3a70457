"""What is kept of an environment: what runs, what ran before, plans, and the lock of who changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.deploying.ir import Ir
from anops_control.standing import kept
from anops_control.standing.failure import StandingError
from anops_control.tracking.opening import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FORMAT = 2
_FOLDER = "deployments"
_PARTS: dict[str, Any] = {"serial": int, "status": str, "now": dict | None, "wanted": dict | None, "history": list}
_MOST = 50
"""So many of what ran before are kept."""


class Record(kept.Kept):
    """What is kept of one environment."""

    def __init__(self, project: Path, name: str) -> None:
        super().__init__(project / FOLDER / _FOLDER / name, f"the environment `{name}`")

    def read(self) -> dict[str, Any] | None:
        """Return what is kept; None where it was never brought up.

        Raises:
            StandingError: It was written by another version of AnOps, or by hand.
        """
        try:
            told = super().read()
        except ValueError as error:
            raise self._altered(f"is not JSON ({error})") from error
        if told is None:
            return None
        if not isinstance(told, dict):
            raise self._altered("is not an object of JSON")
        if told.get("format") != FORMAT:
            raise StandingError(
                f"{self.what[0].upper()}{self.what[1:]} was brought up by another version of AnOps (format "
                f"{told.get('format')}, this one reads {FORMAT}).",
                remedy="Bring what is kept up to date: ao upgrade",
            )
        _require_whole(told, self._altered)
        return told

    def _altered(self, why: str) -> StandingError:
        return StandingError(
            f"What is kept of {self.what} can't be read: {self.place / kept.FILE} {why}.",
            details=["`ao` alone writes this file. What runs is not touched by it."],
            remedy=f"Put it back as it was; or let what runs be taken over, without what ran before: "
            f"rm {self.place / kept.FILE} && ao deploy apply {self.name}",
        )

    def require(self) -> dict[str, Any]:
        """Return what is kept.

        Raises:
            StandingError: It was never brought up.
        """
        told = self.read()
        if told is None:
            raise StandingError(
                f"The environment `{self.name}` is not up.", remedy=f"Bring it up: ao deploy apply {self.name}"
            )
        return told

    @property
    def serial(self) -> int:
        """How often it was changed."""
        told = self.read()
        return 0 if told is None else int(told["serial"])

    def begin(self, ir: Ir) -> None:
        """Keep that it is being changed."""
        told = self.read() or {"format": FORMAT, "serial": 0, "now": None, "history": []}
        self.write(told | {"status": "changing", "wanted": ir.to_dict()})

    def give_up(self) -> None:
        """Keep that nothing was changed; what was never up is forgotten."""
        told = self.require()
        if told["now"] is None:
            self.forget()
        else:
            self.write(told | {"status": "up", "wanted": None})

    def done(self, ir: Ir, form: Mapping[str, Any], connection: Mapping[str, Any], at: str, how: str) -> None:
        """Keep what runs now."""
        told, serial = self.require(), self.serial + 1
        now = {"serial": serial, "at": at, "how": how, "ir": ir.to_dict(), "form": dict(form),
               "connection": dict(connection)}  # fmt: skip
        history = [*told["history"], *([told["now"]] if told["now"] else [])][-_MOST:]
        self.write(told | {"serial": serial, "status": "up", "wanted": None, "now": now, "history": history})

    @staticmethod
    def ir_of(told: Mapping[str, Any]) -> Ir:
        """Return what runs, or what was to run where nothing does yet."""
        return Ir.from_dict(told["now"]["ir"] if told["now"] else told["wanted"])


def brought_up(told: dict[str, Any]) -> dict[str, Any]:
    """Return what an earlier AnOps has kept as this one keeps it."""
    every = [*told["history"], *([told["now"]] if told["now"] else [])]
    for ir in [*(each["ir"] for each in every), *([told["wanted"]] if told.get("wanted") else [])]:
        ir.setdefault("challenger", None)
    for each in every:
        if each["ir"]["provider"] == "local":
            each["form"].setdefault("challenger", None)
    return told | {"format": FORMAT}


def _require_whole(told: dict[str, Any], altered: Callable[[str], StandingError]) -> None:
    """Check that a state has what `ao` writes.

    Raises:
        StandingError: Something is missing, or is no intermediate representation.
    """
    for name, kind in _PARTS.items():
        if not isinstance(told.get(name, ...), kind):
            raise altered(f"has no `{name}` as `ao` writes it")
    entries = [*told["history"], *([told["now"]] if told["now"] else [])]
    wanted = [told["wanted"]] if told["wanted"] else []
    if not entries and not wanted:
        raise altered("has neither what runs nor what is to run")
    try:
        for ir in [*(each["ir"] for each in entries), *wanted]:
            Ir.from_dict(ir)
        for each in entries:
            _ = [each[key] for key in ("serial", "at", "how", "form", "connection")]
    except (KeyError, TypeError) as error:
        raise altered(f"is not as `ao` writes it ({type(error).__name__}: {error})") from error


def names(project: Path) -> list[str]:
    """Return the environments that are kept."""
    return kept.names(project / FOLDER / _FOLDER)
