"""What went wrong, as data, and the one exception that crosses a process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import msgspec

from anops_model_interface.codes import Code  # noqa: TC001  msgspec reads the annotations
from anops_model_interface.unicode_texts import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_FAULTS = 5
"""How many faults of one body are reported; the rest are counted."""


MOST_MESSAGE = 2000
"""How many letters of each part of a fault's message are kept: it may hold names that were sent, of any length."""

MOST_NAME = 200
"""How many letters of a column's name are kept."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what was sent, as the parts of a sentence: "{rule}; row {row} {found}".

    Attributes:
        code: What kind of fault it is.
        rule: What must be so, or is not so, wherever it is met: "column `hp` must be a number, not text".
        column: The column (or option) it is in.
        row: The row it is in, counted from 1.
        found: What was met in that row, as the rest of "row 3 …": "is -1", "lacks it".
        expected: What would have been right.
        received: What was sent, shortened to 80 characters.
        remedy: An imperative that says how to fix it, where we are sure.
    """

    code: Code
    rule: str
    column: str | None = None
    row: int | None = None
    found: str | None = None
    expected: str | None = None
    received: str | None = None
    remedy: str | None = None

    @property
    def message(self) -> str:
        """One sentence for a person, without a full stop: "column `hp` must be a number; row 3 is -1"."""
        return self.rule if self.found is None or self.row is None else f"{self.rule}; row {self.row} {self.found}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request or a model failed, as data.

    Attributes:
        code: The code of the whole; that of the first fault where there are faults.
        message: What happened: "Can't predict with model `cars`: column `hp` must be a number, not text." Where there
            is a `lead`, it is made here of that and the first fault.
        faults: At most `MAX_FAULTS` of what is wrong.
        more: How many further faults there are.
        remedy: An imperative that says how to fix it, where we are sure.
        call: The R call or the Python line that failed, in the statistician's own code.
        lead: What can't be done for the first fault: "Can't predict with model `cars`".
    """

    code: Code
    message: str = ""
    faults: tuple[Fault, ...] = ()
    more: int = 0
    remedy: str | None = None
    call: str | None = None
    lead: str | None = None

    def __post_init__(self) -> None:
        """Make the message of its parts, where it comes in parts."""
        if self.lead is not None and self.faults:
            first = self.faults[0].message
            object.__setattr__(self, "message", f"{self.lead}: {first}{'' if first.endswith('?') else '.'}")

    def to_bytes(self) -> bytes:
        """Return the problem as UTF-8 JSON, for a pipe or gRPC metadata."""
        return to_json(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: The bytes are not a problem.
        """
        return msgspec.json.decode(data, type=cls)

    def after(self, rows: int) -> Self:
        """Return the problem of a piece of a body as one of the whole.

        Args:
            rows: How many rows came before the piece; by so many the numbers of rows are moved.
        """
        return replace(self, faults=tuple(replace(fault, row=fault.row and fault.row + rows) for fault in self.faults))

    @property
    def further_faults(self) -> tuple[Fault, ...]:
        """The faults but the first, which the message tells."""
        return self.faults[1:]

    def render(self) -> str:
        """Return the problem as lines for a person: what, where, how to fix it, the code."""
        lines = [f"✖ {self.message}"]
        lines += [f"• {fault.message}" for fault in self.further_faults]
        if self.more:
            lines.append(f"• … and {self.more} more.")
        if self.call:
            lines.append(f"• It failed in: {self.call}")
        if self.remedy:
            lines.append(f"→ {self.remedy}")
        lines.append(f"[{self.code}]")
        return "\n".join(lines)


class AnOpsError(Exception):
    """A problem, raised.

    Attributes:
        problem: The problem as data.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        remedy: str | None = None,
        call: str | None = None,
    ) -> None:
        super().__init__(message)
        self.problem = Problem(code, message, remedy=remedy, call=call)

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """Return the error that carries a problem which came from elsewhere."""
        error = cls(problem.code, problem.message)
        error.problem = problem
        return error


@dataclass(slots=True)
class FaultCollector:
    """Gathers the faults of one body, keeps a few of each column and counts the rest.

    Attributes:
        total: How many there are.
        rows_before: How many rows of the body came before those that are looked at now.
    """

    total: int = 0
    rows_before: int = 0
    _kept: dict[tuple[Code, str | None], list[Fault]] = field(default_factory=dict)

    @property
    def faults(self) -> list[Fault]:
        """The faults to report, at most `MAX_FAULTS`: one of each kind and column first, so that none hides others."""
        kinds = list(self._kept.values())
        chosen = [fault for position in range(MAX_FAULTS) for kind in kinds for fault in kind[position : position + 1]]
        reported = {id(fault) for fault in chosen[:MAX_FAULTS]}
        return [fault for kind in kinds for fault in kind if id(fault) in reported]

    def add(self, fault: Fault) -> None:
        """Take in one fault."""
        self.total += 1
        kind = (fault.code, fault.column)
        if kind not in self._kept and len(self._kept) == MAX_FAULTS:
            return  # of more kinds none is reported, and there may be as many as names were sent
        kept = self._kept.setdefault(kind, [])
        if len(kept) < MAX_FAULTS:
            kept.append(
                replace(
                    fault,
                    rule=shortened(fault.rule, MOST_MESSAGE),
                    found=None if fault.found is None else shortened(fault.found, MOST_MESSAGE),
                    column=None if fault.column is None else shortened(fault.column, MOST_NAME),
                    received=None if fault.received is None else shortened(fault.received, 80),
                )
            )

    def add_many(self, faults: Iterable[Fault], total: int) -> None:
        """Take in some faults of a kind, of which there are `total`."""
        before = self.total
        for fault in faults:
            self.add(fault)
        self.total = before + total

    def __bool__(self) -> bool:
        return self.total > 0

    def raise_if_any(self, *, model: str = "") -> None:
        """Raise all faults together.

        Args:
            model: The model's name, for the message.

        Raises:
            AnOpsError: There are faults.
        """
        if not self.total:
            return
        faults = self.faults
        first = faults[0]
        raise AnOpsError.of(
            Problem(
                first.code,
                faults=tuple(faults),
                more=self.total - len(faults),
                remedy=first.remedy,
                lead=f"Can't predict with model `{model}`" if model else "Can't predict",
            )
        )


def shortened(text: str, limit: int = 80) -> str:
    """Return a text that was sent, such as a name, no longer than a message can hold."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
