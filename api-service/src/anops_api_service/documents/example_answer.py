"""What the page `/docs` shows of the model at work: its example with its own answer, and refusals in its own words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import msgspec
from anops_model_interface.errors import AnOpsError, Problem

from anops_api_service.answer_json import records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_api_service.documents.model_documents import ModelDocuments
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.sent import Sent

Ask = Callable[["DescribedModel", "Sent"], Awaitable["ModelAnswer"]]

_MOST_SECONDS = 5.0
"""The page waits no longer for the model: it may be busy."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The model's answer to its example.

    Attributes:
        predictions: A record for each row; empty where there is no answer.
        warnings: What was warned of.
        why: Why there is no answer.
    """

    predictions: list[dict[str, Any]]
    warnings: tuple[str, ...] = ()
    why: str = ""


class ExampleAnswers:
    """Asks each model for the answer to its example, once."""

    def __init__(self) -> None:
        """Know none yet."""
        self._known: WeakKeyDictionary[DescribedModel, Shown] = WeakKeyDictionary()

    async def of(self, documents: ModelDocuments, ask: Ask) -> Shown:
        """Return the model's own answer, or why it gave none.

        Args:
            documents: Those of the model.
            ask: Asks it.
        """
        model = documents.model
        if (known := self._known.get(model)) is not None:
            return known
        try:
            sent = model.json_body.read(msgspec.json.encode({"data": documents.example}))
            async with asyncio.timeout(_MOST_SECONDS):
                answered = await ask(model, sent)
        except AnOpsError as error:
            return Shown([], why=error.problem.message)
        except TimeoutError:
            return Shown([], why=f"The model was busy for {_MOST_SECONDS:g} seconds: open the page again.")
        shown = Shown(records(answered.frame), tuple(warn.message for warn in answered.warnings))
        self._known[model] = shown
        return shown


def refusals(documents: ModelDocuments) -> Iterator[tuple[str, dict[str, Any], Problem]]:
    """Yield requests that do not fit the model: what is wrong, the row that was sent, and what the service says.

    Args:
        documents: Those of a model; its example is spoiled in one place each time.
    """
    model = documents.model
    if not documents.example or not model.schema.inputs:
        return
    row = documents.example[0]
    for what, spoiled in _spoiled(model, row):
        try:
            model.json_body.read(msgspec.json.encode({"data": [spoiled]}))
        except AnOpsError as error:
            yield what, spoiled, error.problem


def _spoiled(model: DescribedModel, row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    inputs = model.schema.inputs
    first = next(iter(inputs))
    yield "A column is missing", {name: value for name, value in row.items() if name != first}
    number = next((name for name, spec in inputs.items() if spec.type in {"number", "integer"}), None)
    if number is not None:
        yield "Text in a column of numbers", {**row, number: "potato"}
    levels = next((name for name, spec in inputs.items() if spec.levels), None)
    if levels is not None:
        yield "A level that the model was not fitted with", {**row, levels: "something new"}
    values = next((name for name, spec in inputs.items() if spec.values), None)
    if values is not None:
        yield "A number that is not one of those allowed", {**row, values: max(inputs[values].values or (0,)) + 1}
    limited = next((name for name, spec in inputs.items() if spec.max is not None or spec.min is not None), None)
    if limited is not None:
        spec = inputs[limited]
        yield (
            "A number beyond the limits",
            {**row, limited: (spec.max or 0) + 1 if spec.max is not None else (spec.min or 0) - 1},
        )
    strict = next((name for name, spec in inputs.items() if spec.missing == "error"), None)
    if strict is not None:
        yield "A missing value where none is allowed", {**row, strict: None}
