"""Asks another version beside, with the rows of requests that were answered: nobody waits for it, or gets it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.prediction_log import SHADOW

from anops_api_service.identity import Identity
from anops_api_service.logs import log
from anops_api_service.models.replaced import rows_for
from anops_api_service.sent import Decoded
from anops_api_service.traffic.arms import named_version

if TYPE_CHECKING:
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.models.models import Models
    from anops_api_service.models.served_model import ServedModel
    from anops_api_service.prediction_log import PredictionLog
    from anops_api_service.sent import Sent

MOST_UNDER_WAY = 64
"""How many requests may be asked beside at a time: a shadow that is too slow answers a part of them."""
_LARGE_ROWS = 1000


class Shadow:
    """A version that is asked beside the one that answers."""

    def __init__(self, models: Models, name: str, version: str, kept: PredictionLog | None) -> None:
        """Ask it from now on.

        Args:
            models: All models of the service.
            name: Its name.
            version: Its version.
            kept: Takes in its answers, and what it fails on.
        """
        self._models = models
        self._key = (name, version)
        self._kept = kept
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(
        self, model: DescribedModel, sent: Sent, *, request_id: str, answered: Identity, first_row: int = 0,
        unit: str = "",
    ) -> None:  # fmt: skip
        """Ask it, after this returns.

        Args:
            model: The model that the rows were read for.
            sent: The rows.
            request_id: The request that they are of.
            answered: Who has answered it.
            first_row: Which row of the request the first one is, from 0.
            unit: Whose they are.
        """
        if model.name != self._key[0] or (answered.name, answered.version) == self._key:
            return
        if len(self._tasks) >= MOST_UNDER_WAY:
            self._failed(Code.QUEUE_FULL, request_id, unit)
            return
        work = self._answer(model, sent, request_id=request_id, first_row=first_row, unit=unit)
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _answer(self, asked: DescribedModel, sent: Sent, *, request_id: str, first_row: int, unit: str) -> None:
        try:
            one = self._served()
            deadline = one.deadlines.begin()
            model = await one.ready_model(deadline)
            decoded = await asyncio.to_thread(sent.read) if sent.rows > _LARGE_ROWS else sent.read()
            frame = rows_for(model, asked, decoded.frame, decoded.options)
            rows = Decoded(frame, decoded.options, decoded.warnings)
            answered = await deadline.wait(one.answer(model, rows, deadline, request_id=request_id))
        except AnOpsError as error:
            self._failed(error.problem.code, request_id, unit)
        except Exception as error:  # noqa: BLE001  nobody waits for it, so nobody else would tell
            log.error("the shadow failed on request %s: %s", request_id, type(error).__name__)
            self._failed(Code.INTERNAL, request_id, unit)
        else:
            if self._kept is not None:
                self._kept.note_answer(request_id, rows, answered, first_row=first_row, role=SHADOW, unit=unit)

    def _served(self) -> ServedModel:
        for one in self._models.served:
            if self._models.identity(one) == self._key:
                return one
        raise AnOpsError(Code.NOT_READY, f"There is no version {self._key[1]} of model `{self._key[0]}` yet.")

    def _failed(self, code: Code, request_id: str, unit: str) -> None:
        if self._kept is not None:
            self._kept.note_failure(request_id, Identity(*self._key), code, role=SHADOW, unit=unit)


def shadow_of(models: Models, text: str, kept: PredictionLog | None) -> Shadow | None:
    """Return the shadow that a setting names, as NAME/VERSION; None where it is empty."""
    return Shadow(models, *named_version(text), kept) if text else None
