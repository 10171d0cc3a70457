"""The saved model holds no data, and no environment, that it does not need."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from anops_model_interface.words import listing

from anops_control.examination import begin_examination, examined
from anops_control.findings import Severity
from anops_control.rules.costs import size
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anops_project.examination.leftovers import Leftover
    from anops_project.sections.project import Language

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("leftovers")
_LARGE = 10_000_000
"""From this many bytes on, data that nothing needs is worth a warning for its size alone."""
_MOST_SHOWN = 6
_ROWS = "rows it was fitted on, or values for each of them"
_SAVE = {"r": "before saveRDS()", "python": "before you save the model"}


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    found = examined(configuration, "leftovers")
    if found.leftovers is None:
        yield _REPORT.note(f"It could not be looked into: {found.failures.get('leftovers', 'no reason given')}")
        return
    language = configuration.project.project.language
    artifact = configuration.project.model.artifact
    yield from leftover_findings(found.leftovers, language, artifact)


def leftover_findings(leftovers: Sequence[Leftover], language: Language, artifact: str | None) -> Iterator[Finding]:
    """Yield what a person should know of the data in a model.

    Args:
        leftovers: What it holds.
        language: What it is written in.
        artifact: Its file.
    """
    unneeded = [leftover for leftover in leftovers if leftover.needed is False]
    needed = [leftover for leftover in leftovers if leftover.needed]
    untried = [leftover for leftover in leftovers if leftover.needed is None]
    for where, group in _by_place([leftover for leftover in unneeded if leftover.kind == "environment"]).items():
        yield _REPORT.warning(
            f"The model was saved with {_listing(group)}: {_cause(where, language)}. Whoever gets the file or the "
            "image gets that too.",
            remedy=f"{_taken_out(where, group, language)} {_SAVE[language]}; or fit the model at the top level of "
            "the script, or in a function that is given nothing but its data.",
            file=artifact,
        )
    for where, group in _by_place([leftover for leftover in unneeded if leftover.kind == "data"]).items():
        total = sum(leftover.bytes for leftover in group)
        yield _REPORT.finding(
            Severity.WARNING if total >= _LARGE else Severity.NOTE,
            f"The model holds {_ROWS}, which its predictions do not need: {_listing(group)}. "
            "Whoever gets the file or the image gets these.",
            remedy=f"To leave them out: {_taken_out(where, group, language)} {_SAVE[language]}. "
            "Predictions stayed the same without.",
            file=artifact,
        )
    for what, group in (("needs, for its predictions,", needed), ("holds", untried)):
        if group:
            yield _REPORT.note(
                f"The model {what} {_ROWS}: {_listing(group)}. Treat the file and the image as you treat these data.",
                file=artifact,
            )


def _by_place(leftovers: Sequence[Leftover]) -> dict[str, list[Leftover]]:
    places: dict[str, list[Leftover]] = defaultdict(list)
    for leftover in leftovers:
        places[leftover.where].append(leftover)
    return places


def _cause(where: str, language: Language) -> str:
    if language == "python":
        return f"a function in it, {where}, was defined in a script or notebook and took them along"
    return f"they are in {where}, the environment in which a formula or a function of the model was made"


def _taken_out(where: str, group: Sequence[Leftover], language: Language) -> str:
    if language == "python":
        return "; ".join(leftover.strip or f"define {leftover.where} in model.py" for leftover in group[:_MOST_SHOWN])
    names = [f'"{leftover.name}"' for leftover in group]
    listed = names[0] if len(names) == 1 else f"c({', '.join(names)})"
    if group[0].kind == "environment":
        return f"rm(list = {listed}, envir = {where})"
    return f"{where}[{listed}] <- NULL"


def _listing(group: Sequence[Leftover]) -> str:
    shown = sorted(group, key=lambda leftover: -leftover.bytes)
    texts = (f"`{leftover.name}` ({leftover.what}, {size(leftover.bytes)})" for leftover in shown)
    return listing(texts, most=_MOST_SHOWN)


RULE = Rule(
    name="leftovers",
    passed="The model holds nothing by mistake.",
    doing="Looking into the model",
    inspect=_inspect,
    after=("r", "structure"),
    ahead=begin_examination,
)
