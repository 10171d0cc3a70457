"""Each option that `ao.toml` offers works, and changes the answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_control.configuration.key_text import key_text
from anops_control.configuration.positions import find_positions
from anops_control.examination import begin_examination, examined
from anops_control.rules.rule import FindingPlace, Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_project.examination.option_trials import OptionTrial

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("options")


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    positions = find_positions(configuration.path.read_text(encoding="utf-8"))

    def place(name: str) -> FindingPlace:
        position = positions.key(("model", "options", name))
        return FindingPlace(
            file="ao.toml", line=position.line if position else None, key=f"model.options.{key_text((name,))}"
        )

    examination = examined(configuration, "options")
    if "options" in examination.failures:
        raise AnOpsError(Code.MODEL_FAILED, f"The options can't be tried. {examination.failures['options']}")
    found = examination.options
    for trial in found:
        if trial.failing:
            yield _failing(trial, place(trial.option))
    idle = [trial.option for trial in found if trial.idle]
    if idle:
        names = ", ".join(f"`{name}`" for name in idle)
        yield _REPORT.warning(
            f"{'Option' if len(idle) == 1 else 'Options'} {names} {'changes' if len(idle) == 1 else 'change'} no "
            "prediction, whatever is asked.",
            remedy=_use_them(configuration, idle, names),
            **place(idle[0]),
        )


def _failing(trial: OptionTrial, place: FindingPlace) -> Finding:
    name = trial.option
    if trial.every:
        return _REPORT.error(
            f"Option `{name}` fails with every value that was tried. {trial.failure}",
            remedy=f"Take `{name}` out of [model.options], or let predict_model() take it.",
            **place,
        )
    values = ", ".join(json.dumps(value, ensure_ascii=False) for value in trial.failing)
    return _REPORT.warning(
        f"Option `{name}` fails with {values}. {trial.failure}",
        remedy=f"Take {values} out of what [model.options] allows for `{name}`, or let predict_model() take it.",
        **place,
    )


def _use_them(configuration: Configuration, idle: list[str], names: str) -> str:
    """Say what to write where options are not used."""
    out = f"take {names} out of [model.options]"
    if not _predicts_itself(configuration):
        return f"T{out[1:]}."
    if configuration.project.project.language == "r":
        return f"In predict_model(), pass the options on: predict(model, newdata, ...); or {out}."
    return (
        f"In predict_model(), use options[{json.dumps(idle[0])}], or pass all on, after "
        f"`from anops_worker.families import predict`: predict(model, data, **options); or {out}."
    )


def _predicts_itself(configuration: Configuration) -> bool:
    """Say whether the project's code has a predict_model()."""
    code = configuration.project.code
    if code is None or not code.is_file():
        return False
    text = code.read_text(encoding="utf-8", errors="replace")
    return re.search(r"^\s*(def\s+predict_model\b|predict_model\s*(<-|=))", text, re.MULTILINE) is not None


RULE = Rule(
    name="options",
    passed="Each option that ao.toml offers works, and changes the answer.",
    doing="Trying the options",
    inspect=_inspect,
    after=("r", "structure"),
    ahead=begin_examination,
)
