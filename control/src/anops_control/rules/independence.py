"""`row_independent` in `ao.toml` is what a test of the model shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_project.examination.counter_example import ONCE_MORE
from anops_project.examination.independence import FIX

from anops_control.configuration.positions import find_positions
from anops_control.examination import begin_examination, examined
from anops_control.findings import Edit
from anops_control.init.values import independence_comment
from anops_control.rules.rule import FindingPlace, Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("independence")
_KEY = ("model", "row_independent")
_FIX = "Run: ao check --fix"


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    found = examined(configuration, "independence")
    tested, written = found.independence, configuration.project.model.row_independent
    if tested is None or tested.independent is None:
        reason = found.failures.get("independence") or (tested and tested.failure) or "no reason given"
        yield _REPORT.warning(f"Whether a row's prediction depends on the others could not be tested: {reason}")
        return
    place = FindingPlace(file="ao.toml", line=_line(configuration), key=".".join(_KEY))
    edits = (Edit(_KEY, tested.independent, independence_comment(tested=tested.independent)),)
    if tested.independent and not written:
        yield _REPORT.note(
            f"None of {tested.rows} rows depends on the others, and ao.toml does not say so: "
            "requests wait for each other instead of being answered together.",
            remedy=_FIX,
            edits=edits,
            **place,
        )
    elif tested.example is not None and tested.example.beside == ONCE_MORE and not written:
        yield _REPORT.note("The predictions are not the same each time, so no request is answered with others.")
    elif tested.example is not None:
        sentence = tested.example.sentence()
        if written:
            yield _REPORT.error(
                f"ao.toml says that a row's prediction does not depend on the other rows, but it does. {sentence}",
                remedy=f"{_FIX}, so that nobody's rows change another's answer. {FIX}",
                edits=edits,
                **place,
            )
        else:
            # a row that is refused alone is refused to a caller who sends just that one
            finding = _REPORT.note if tested.example.failure is None else _REPORT.warning
            yield finding(f"A row's prediction depends on the rows sent with it. {sentence}", remedy=FIX)


def _line(configuration: Configuration) -> int | None:
    position = find_positions(configuration.path.read_text(encoding="utf-8")).key(_KEY)
    return position.line if position else None


RULE = Rule(
    name="independence",
    passed="ao.toml is right about whether a row's prediction depends on the other rows.",
    doing="Asking for rows alone, together and in another order",
    inspect=_inspect,
    after=("r", "structure"),
    ahead=begin_examination,
)
