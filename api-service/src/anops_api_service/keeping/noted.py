"""What is noted of a request that was answered: at once in a few bytes, or, of a long one, when there is time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from anops_api_service.answer_json import records
from anops_api_service.bodies.small_json import SmallJson
from anops_api_service.keeping.messages import Asked, Small, Written

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_api_service.bodies.small_json import Reader
    from anops_api_service.identity import Identity
    from anops_api_service.keeping.kept_columns import KeptColumns
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.sent import Sent

_encode = msgspec.msgpack.Encoder().encode


@dataclass(slots=True, eq=False)
class Long:
    """A long body, which takes a while to be written as JSON.

    Attributes:
        asked: The request.
        sent: The rows.
        answered: The answer.
    """

    asked: Asked
    sent: Sent
    answered: ModelAnswer

    def entry(self, columns: KeptColumns) -> bytes:
        """Return what is to be kept, encoded.

        Args:
            columns: What may be kept of the rows.
        """
        decoded = self.sent.read()
        # an answer to a whole body has those of its reader already, one to a piece has not
        warnings = columns.warnings(dict.fromkeys((*decoded.warnings, *self.answered.warnings)))
        return _encode(
            Written(
                self.asked,
                _json(decoded.options),
                _json(columns.rows(records(decoded.frame))),
                _json(self.answered.records),
                _json(warnings) if warnings else None,
            )
        )


def asked_now(request_id: str, model: Identity, first_row: int, rows: int, role: str, unit: str) -> Asked:
    """Say which request was answered now."""
    return Asked(request_id, time.time(), model.name, model.version, model.digest, first_row, rows, role, unit)


def bare_entry(asked: Asked) -> bytes:
    """Return what is to be kept of a request without its values, encoded."""
    return _encode(Written(asked))


def noted(asked: Asked, sent: Sent, answered: ModelAnswer, number_of: Callable[[Reader], int]) -> bytes | Long:
    """Return what is to be kept of a request with its values: encoded, where that is quick.

    Args:
        asked: The request.
        sent: The rows.
        answered: The answer.
        number_of: Gives each reader its number.
    """
    if not isinstance(sent, SmallJson):
        return Long(asked, sent, answered)
    return _encode(
        Small(
            asked,
            number_of(sent.reader),
            id(answered.predictions),
            sent.key,
            sent.given,
            sent.body,
            sent.values,
            msgspec.json.encode(answered.records),
            answered.warnings,
        )
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
