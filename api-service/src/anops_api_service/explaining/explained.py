"""The answer to a request that asks why: the predictions, and what each column contributes to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Frame
from anops_model_interface.stacking import stack
from anops_model_interface.words import quoted

from anops_api_service.answer_json import closing_members, json_values
from anops_api_service.explaining.asked import wrong
from anops_api_service.explaining.mixtures import MOST_COLUMNS, mixtures_of

if TYPE_CHECKING:
    from anops_model_interface.columns import Column
    from anops_model_interface.errors import Problem

    from anops_api_service.deadline import Deadline
    from anops_api_service.explaining.mixtures import Mixtures
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.models.served_model import ServedModel
    from anops_api_service.sent import Decoded

MOST_ROWS = 100
"""Each row that is explained costs up to thousands of predictions."""
_NUMBERS = frozenset({"number", "integer"})
_OF_THE_MODEL = frozenset({Code.MODEL_REFUSED, Code.MODEL_FAILED, Code.MODEL_OUTPUT})


@dataclass(frozen=True, slots=True)
class Explanations:
    """Why each row is answered as it is.

    Attributes:
        rows: For each row, and each output that is explained, `baseline` and `contributions`, and for what is no
            number `of`: the class that it is about.
        exact: Whether all orders of the columns were tried.
        compared: How many of the project's reference rows they were compared with.
    """

    rows: list[dict[str, dict[str, Any]]]
    exact: bool
    compared: int

    def answer(self, answered: ModelAnswer, request_id: str) -> bytes:
        """Write the answer as JSON.

        Args:
            answered: The predictions.
            request_id: The request's id.
        """
        members = closing_members(answered.warnings, answered.model, request_id)
        method = {"values": "Shapley", "exact": self.exact, "reference_rows": self.compared}
        return msgspec.json.encode(
            {"predictions": answered.records, "explanations": self.rows, "explained_by": method, **members}
        )


def check(model: DescribedModel, sent: Decoded) -> None:
    """Refuse what can't be explained, before anything is predicted.

    Raises:
        AnOpsError: `OPTION_VALUE`: the text says why.
    """
    if not model.batches:
        raise wrong(
            "can't be used: the model's prediction for a row may depend on the other rows of the request",
            model=model.name,
            remedy="Where it does not, write row_independent = true below [model] in ao.toml.",
        )
    if model.background is None:
        raise wrong(
            "can't be used: there are no reference rows to compare with",
            model=model.name,
            remedy="Give the project some, and serve it again: ao check --data FILE.csv --accept-predictions",
        )
    if not model.schema.inputs:
        raise wrong("can't be used: the model uses no column", model=model.name)
    if sent.rows > MOST_ROWS:
        raise wrong(
            f"explains {MOST_ROWS} rows in a request at most, not {sent.rows:,}",
            model=model.name,
            remedy="Send fewer rows, or leave the option out.",
        )
    if len(sent.frame.columns) > MOST_COLUMNS:
        raise wrong(
            f"explains {MOST_COLUMNS:,} columns at most, and the model has {len(sent.frame.columns):,}",
            model=model.name,
        )


async def explained(
    served: ServedModel,
    model: DescribedModel,
    sent: Decoded,
    answered: ModelAnswer,
    deadline: Deadline,
    *,
    output: str | None,
) -> Explanations:
    """Explain an answer.

    Args:
        served: Asks the model.
        model: The model that has answered; `check` has passed.
        sent: What it was asked.
        answered: Its answer.
        deadline: Until when the explanation is waited for.
        output: The output to be explained; None: the prediction, or all numbers where there is none of that name.
            Of what is no number, that it is the class it is: its contributions add up to 1.

    Raises:
        AnOpsError: `OPTION_VALUE`: there is no such output; or the model failed.
    """
    outputs = _outputs(answered.frame, output, model.name)
    background = model.background
    names = sent.frame.names()
    if background is None:
        return Explanations([], exact=True, compared=0)
    mixtures = mixtures_of(len(names), background.rows)
    rows = []
    for at in range(sent.rows):
        mixed = _mixed(sent.frame.take(at, at + 1), background, mixtures)
        try:
            predicted = await _predicted(served, model, mixed, sent, deadline)
        except AnOpsError as error:
            if error.problem.code not in _OF_THE_MODEL:
                raise
            raise _failed(error.problem, at, model) from error
        rows.append({name: _one(predicted[name], names, mixtures) for name in outputs})
    return Explanations(rows, exact=mixtures.exact, compared=mixtures.others)


def _outputs(frame: Frame, output: str | None, model: str) -> list[str]:
    types = {column.name: column.type for column in frame.columns}
    if output is not None and output not in types:
        raise wrong(f"names no output of this answer: it has {quoted(types)}, not `{output}`", model=model)
    if output is not None:
        return [output]
    # what stands beside a prediction, its interval or standard error, is explained where it is named
    numbers = [name for name, kind in types.items() if kind in _NUMBERS]
    return ["prediction"] if "prediction" in types else numbers or list(types)


def _mixed(row: Frame, background: Frame, mixtures: Mixtures) -> Frame:
    """Put the values of a row into other rows."""
    both = stack([Frame(tuple(row.columns), 1), Frame(tuple(background.columns), background.rows)])
    places = np.where(mixtures.taken, 0, 1 + mixtures.other[:, None])
    columns = tuple(column.at(places[:, i]) for i, column in enumerate(both.columns))
    return Frame(columns, len(places))


async def _predicted(
    served: ServedModel, model: DescribedModel, mixed: Frame, sent: Decoded, deadline: Deadline
) -> Frame:
    most = model.max_batch_rows
    pieces = [mixed.take(start, start + most) for start in range(0, mixed.rows, most)]
    answers = [await served.answer_aside(model, piece, sent.options, deadline) for piece in pieces]
    return stack([each.frame for each in answers])


def _one(predicted: Column, names: tuple[str, ...], mixtures: Mixtures) -> dict[str, Any]:
    """Return one explanation: of a number, or of that it is this class; null where there is nothing to explain."""
    told: dict[str, Any] = {}
    gone = predicted.is_missing()
    if predicted.type in _NUMBERS:
        values = predicted.values.astype(float)
        known = not gone.any() and np.isfinite(values).all()
    else:
        found = predicted.values[mixtures.whole]
        values = ((predicted.values == found) & ~gone).astype(float)
        known = not gone[mixtures.whole]
        told["of"] = json_values(predicted.take(mixtures.whole, mixtures.whole + 1))[0]
    if not known:
        return {**told, "baseline": None, "contributions": dict.fromkeys(names)}
    start, gains = mixtures.contributions(values)
    return {**told, "baseline": start, "contributions": dict(zip(names, gains.tolist(), strict=True))}


def _failed(problem: Problem, at: int, model: DescribedModel) -> AnOpsError:
    told = problem.message[0].lower() + problem.message[1:] if problem.message else problem.code
    return AnOpsError(
        problem.code,
        f"Can't explain the prediction of model `{model.name}` for row {at + 1}: where its values are put into the "
        f"reference rows, {told}",
        remedy=problem.remedy,
        call=problem.call,
    )
