"""The same rows get the same predictions: asked twice, and by two processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_project.examination.counter_example import ONCE_MORE
from anops_project.frame_json import frame_to_json

from anops_control.examination import begin_examination, examined, reproduced
from anops_control.rules.comparison import differences
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("determinism")
_SEEDS = {
    "r": "If they need not be random, set a seed at the start of predict_model(): set.seed(1).",
    "python": "If they need not be random, give predict_model() a generator with a seed: numpy.random.default_rng(1).",
}


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    found = examined(configuration, "reference")
    remedy = _SEEDS[configuration.project.project.language]
    example = found.independence.example if found.independence else None
    if example is not None and example.beside == ONCE_MORE:
        yield _REPORT.warning(f"The predictions are not the same each time. {example.sentence()}", remedy=remedy)
        return
    try:
        first = reproduced(configuration).predictions
    except AnOpsError:
        return  # told by `predictions`
    if first is None or found.reference is None:
        return
    told = list(differences(frame_to_json(first)["columns"], found.reference, configuration.check.tolerance))
    if told:
        yield _REPORT.warning(
            f"Two processes give different predictions for the reference rows. {told[0].words('once', 'and')}",
            remedy=f"Each worker is a process of its own, so callers would see both. {remedy}",
        )


RULE = Rule(
    name="determinism",
    passed="The same rows get the same predictions, asked twice and by two processes.",
    doing="Asking twice",
    inspect=_inspect,
    after=("r", "structure"),
    ahead=begin_examination,
)
