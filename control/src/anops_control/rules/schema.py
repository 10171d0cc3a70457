"""What `ao.toml` says of the model's columns is what the fitted object says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anops_control.configuration.positions import find_positions
from anops_control.examination import begin_examination, examined
from anops_control.refitting.renewing_series import other_calendar
from anops_control.rules.agreement import REPORT, Sides, by_written_names, disagreements
from anops_control.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from anops_control.configuration import Configuration
    from anops_control.examination import Examination
    from anops_control.findings import Finding


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    found = examined(configuration, "description", "units")
    positions = find_positions(configuration.path.read_text(encoding="utf-8"))

    def line_of(name: str) -> int | None:
        position = positions.key(("model", "inputs", name))
        return position.line if position else None

    if found.description is not None and found.description.schema.inputs:
        written = configuration.project.schema.inputs
        theirs, named = by_written_names(found.description.schema.inputs, written)
        sides = Sides(
            object=theirs,
            written=written,
            unsure=frozenset(map(named, found.description.unsure)),
            answers=found.independence is not None and found.independence.failure is None,
            in_code=names_in(configuration),
            line_of=line_of,
        )
        yield from disagreements(sides)
    elif "description" in found.failures:
        yield REPORT.note(f"The model can't be compared with ao.toml. {found.failures['description']}")
    yield from _calendar(configuration, found)
    if (unread := configuration.project.unread_resolution) is not None:
        yield REPORT.error(
            f"`resolution` of `{unread}` is for Python models: R holds every moment in seconds.",
            remedy=f"Delete `resolution` of `{unread}` in ao.toml.",
            file="ao.toml",
            line=line_of(unread),
            key=f"model.inputs.{unread}",
        )
    for name in found.units:
        yield REPORT.warning(
            f"The answers depend on the unit in which pandas holds the times of `{name}`, and nothing tells that of "
            "the fit.",
            remedy="Look at its dtype in the training data, and write the unit of its datetime64[…] for "
            f'`{name}`, as in resolution = "ns".',
            file="ao.toml",
            line=line_of(name),
            key=f"model.inputs.{name}",
        )
    yield from _outputs(configuration, found)


def _calendar(configuration: Configuration, found: Examination) -> Iterator[Finding]:
    ours, theirs = configuration.project.series, found.description.series if found.description is not None else None
    wrong = None if ours is None or theirs is None else other_calendar(ours, theirs)
    if wrong is not None:
        yield REPORT.error(
            f"{wrong} Forecasts have the wrong times.",
            remedy="Take the model in, so that [series] is its own: ao refit",
            file="ao.toml",
            key="series.last",
        )


def names_in(configuration: Configuration) -> Callable[[str], bool]:
    """Return a function that says whether the project's code names a column."""
    code = configuration.project.code
    text = code.read_text(encoding="utf-8", errors="replace") if code is not None and code.is_file() else ""
    return lambda name: re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text) is not None


def _outputs(configuration: Configuration, found: Examination) -> Iterator[Finding]:
    declared = configuration.project.schema.outputs
    extra = [name for name in found.reference or {} if name not in declared]
    if declared and extra:
        yield REPORT.warning(
            f"The model answers with {', '.join(f'`{name}`' for name in extra)}, which [model.outputs] does not name.",
            remedy="Add it to [model.outputs], so that callers know of it.",
            file="ao.toml",
            key="model.outputs",
        )


RULE = Rule(
    name="schema",
    passed="The columns of ao.toml are those of the fitted model.",
    doing="Comparing ao.toml with the model",
    inspect=_inspect,
    after=("r", "structure"),
    ahead=begin_examination,
)
