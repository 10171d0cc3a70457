"""The saved model holds no data, and no environment, that it does not need."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from anops_control.examination import examined
from anops_control.findings import Severity
from anops_control.rules.costs import size
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anops_project.examination.holdings import Holding
    from anops_project.sections.project import Language

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("leftovers")
_LARGE = 10_000_000
"""From this many bytes on, data that nothing needs is worth a warning for its size alone."""
_MOST_SHOWN = 6
_ROWS = "rows it was fitted on, or values for each of them"
_SAVE = {"r": "before saveRDS()", "python": "before you save the model"}


def _look(configuration: Configuration) -> Iterator[Finding]:
    found = examined(configuration, "holdings")
    if found.holdings is None:
        yield _REPORT.note(f"It could not be looked into: {found.failures.get('holdings', 'no reason given')}")
        return
    language = configuration.project.project.language
    artifact = configuration.project.model.artifact
    yield from holding_findings(found.holdings, language, artifact)


def holding_findings(holdings: Sequence[Holding], language: Language, artifact: str | None) -> Iterator[Finding]:
    """Yield what a person should know of the data in a model.

    Args:
        holdings: What it holds.
        language: What it is written in.
        artifact: Its file.
    """
    unneeded = [holding for holding in holdings if holding.needed is False]
    needed = [holding for holding in holdings if holding.needed]
    untried = [holding for holding in holdings if holding.needed is None]
    for where, group in _by_place([holding for holding in unneeded if holding.kind == "environment"]).items():
        yield _REPORT.warning(
            f"The model was saved with {_listing(group)}: {_cause(where, language)}. Whoever gets the file or the "
            "image gets that too.",
            remedy=f"{_taken_out(where, group, language)} {_SAVE[language]}; or fit the model at the top level of "
            "the script, or in a function that is given nothing but its data.",
            file=artifact,
        )
    for where, group in _by_place([holding for holding in unneeded if holding.kind == "data"]).items():
        total = sum(holding.bytes for holding in group)
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


def _by_place(holdings: Sequence[Holding]) -> dict[str, list[Holding]]:
    places: dict[str, list[Holding]] = defaultdict(list)
    for holding in holdings:
        places[holding.where].append(holding)
    return places


def _cause(where: str, language: Language) -> str:
    if language == "python":
        return f"a function in it, {where.partition(',')[0]}, was defined in a script or notebook and took them along"
    return f"they are in {where}, the environment in which a formula or a function of the model was made"


def _taken_out(where: str, group: Sequence[Holding], language: Language) -> str:
    if language == "python":
        return "; ".join(holding.strip or f"define {holding.where} in model.py" for holding in group[:_MOST_SHOWN])
    names = [f'"{holding.name}"' for holding in group]
    listed = names[0] if len(names) == 1 else f"c({', '.join(names)})"
    if group[0].kind == "environment":
        return f"rm(list = {listed}, envir = {where})"
    return f"{where}[{listed}] <- NULL"


def _listing(group: Sequence[Holding]) -> str:
    shown = sorted(group, key=lambda holding: -holding.bytes)
    texts = [f"`{holding.name}` ({holding.what}, {size(holding.bytes)})" for holding in shown[:_MOST_SHOWN]]
    more = len(group) - _MOST_SHOWN
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")


RULE = Rule(
    name="leftovers",
    passed="The model holds nothing by mistake.",
    doing="Looking into the model",
    look=_look,
    after=("r", "structure"),
)
