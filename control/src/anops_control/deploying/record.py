"""What is kept of an environment: what runs, what ran before, plans, and the lock of who changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.deploying.ir import Ir
from anops_control.standing import kept
from anops_control.standing.failure import StandingError
from anops_control.tracking.opening import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 2
_FOLDER = "deployments"
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
            raise StandingError(
                f"What is kept of {self.what} can't be read: {self.place / kept.FILE} is not JSON ({error}).",
                remedy="Put back the file as `ao` wrote it.",
            ) from error
        if told is not None and told.get("format") != FORMAT:
            raise StandingError(
                f"{self.what[0].upper()}{self.what[1:]} was brought up by another version of AnOps (format "
                f"{told.get('format')}, this one reads {FORMAT}).",
                remedy="Bring what is kept up to date: ao upgrade",
            )
        return told

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


def names(project: Path) -> list[str]:
    """Return the environments that are kept."""
    return kept.names(project / FOLDER / _FOLDER)
