"""Keeps which model has answered which request: a thread hands it to a process that writes, and no request waits."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.log_file import OtherFormError, shown
from anops_model_interface.outcome_log import OutcomeStore
from anops_model_interface.prediction_log import Failure, PredictionStore

from anops_api_service.keeping.kept_columns import KeptColumns
from anops_api_service.keeping.noted import asked_now, bare_entry, noted
from anops_api_service.keeping.writer import LogWriter
from anops_api_service.logs import log

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_model_interface.log_file import LogPlace
    from anops_model_interface.outcome_log import Outcome, Taken

    from anops_api_service.identity import Identity
    from anops_api_service.keeping.noted import Long
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.sent import Sent

MOST_WAITING = 10_000
"""How many requests may wait to be written; beyond that they are counted alone."""
MOST_VALUES = 100_000
"""How many rows with their values may wait: they hold memory."""
_AT_ONCE = 256
"""So many requests are handed over at once: they are told in one piece, and other threads wait for that."""
_PAUSE_SECONDS = 0.2
_MOST_SECONDS = 10.0
"""So long outcomes wait for predictions to be written, that they are not told to be of none."""
_PRUNE_SECONDS = 60.0
_DAY_SECONDS = 86_400
_ALL = KeptColumns()


class PredictionLogError(Exception):
    """The store can't be opened, and won't by itself; the text says why, for a person."""


class PredictionLog:
    """A store of predictions, written behind the requests."""

    def __init__(
        self,
        place: LogPlace,
        *,
        values: bool = False,
        columns: KeptColumns = _ALL,
        days: float | None = None,
        most_bytes: int | None = None,
    ) -> None:
        """Open the store.

        Args:
            place: Its file, or an address of PostgreSQL.
            values: Keep what was asked and answered, too.
            columns: Of what was asked, these columns.
            days: After how long it is deleted.
            most_bytes: How large its file may be.

        Raises:
            PredictionLogError: It can't be opened.
        """
        try:
            PredictionStore(place).close()
        except (OSError, OtherFormError) as error:
            if isinstance(place, Path) or isinstance(error, OtherFormError):
                raise PredictionLogError(str(error)) from error
            log.error("no prediction is kept in %s until it answers: %s", shown(place), error)
        self.values = values
        self._days, self._most_bytes = days, most_bytes
        self._writer = LogWriter(place, columns)
        self._pruned = -math.inf
        self._place = place
        self._waiting: deque[bytes | Long] = deque()
        self._failures: deque[Failure] = deque(maxlen=MOST_WAITING)
        self._rows = 0
        self._dropped = 0
        self._lock = threading.Lock()
        self._noted = self._written = 0
        self._was_written = threading.Condition(self._lock)
        self._wakes = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write, name="prediction-log", daemon=True)
        self._thread.start()

    def note(self, request_id: str, model: Identity, rows: int, *, first_row: int = 0, unit: str = "") -> None:
        """Note that a model has answered a request."""
        self._add(bare_entry(asked_now(request_id, model, first_row, rows, "", unit)), 0)

    def note_answer(
        self,
        request_id: str,
        sent: Sent,
        answered: ModelAnswer,
        *,
        first_row: int = 0,
        role: str = "",
        unit: str = "",
    ) -> None:
        """Note that a model has answered a request, or a piece of it, and where it is wanted, with what.

        Args:
            request_id: The request.
            sent: The rows.
            answered: The answer.
            first_row: Which row of the request the first one is, from 0.
            role: Empty where a caller gets it.
            unit: Whose it is; empty: nobody said.
        """
        rows = answered.stop - answered.start
        asked = asked_now(request_id, answered.model, first_row, rows, role, unit)
        if self.values:
            self._add(noted(asked, sent, answered, self._writer.number_of), rows)
        else:
            self._add(bare_entry(asked), 0)

    def note_failure(self, request_id: str, model: Identity, code: str, *, role: str = "", unit: str = "") -> None:
        """Note that a model could not answer a request."""
        failure = Failure(request_id=request_id, time=time.time(), model=model.name, version=model.version, code=code,
                          role=role, unit=unit)  # fmt: skip
        with self._lock:
            self._failures.append(failure)

    def tell(self, outcomes: Iterable[Outcome]) -> Taken:
        """Keep what came true, before this returns; what was predicted until now is written first, where that is quick.

        Raises:
            OSError: It can't be kept.
        """
        with self._was_written:
            noted = self._noted
            self._wakes.set()
            self._was_written.wait_for(lambda: self._written >= noted, timeout=_MOST_SECONDS)
        store = OutcomeStore(self._place)
        try:
            return store.add(outcomes, received=time.time())
        finally:
            store.close()

    def close(self) -> None:
        """Write what still waits, and end."""
        self._ended.set()
        self._wakes.set()
        self._thread.join()

    def _add(self, entry: bytes | Long, rows: int) -> None:
        with self._lock:
            if len(self._waiting) >= MOST_WAITING or (rows and self._rows and self._rows + rows > MOST_VALUES):
                self._dropped += 1
                return
            self._waiting.append(entry)
            self._noted += 1
            self._rows += rows

    def _write(self) -> None:
        failed = ""
        with suppress(OSError):  # it is told with the first request
            self._writer.start()
        while True:
            self._wakes.wait(_PAUSE_SECONDS)
            self._wakes.clear()
            ends = self._ended.is_set()
            with self._lock:
                taken, dropped, failures = list(self._waiting), self._dropped, list(self._failures)
                self._waiting.clear()
                self._failures.clear()
                self._rows = self._dropped = 0
            pieces = [taken[start : start + _AT_ONCE] for start in range(0, len(taken), _AT_ONCE)]
            for piece in pieces or [[]] * bool(dropped or failures):
                try:
                    self._writer.keep(piece, failures, dropped=dropped, time=time.time())
                    dropped, failures, failed = 0, [], ""
                except OSError as error:
                    dropped += len(piece)
                    if str(error) != failed:  # once, not for each request
                        failed = str(error)
                        log.error("%d predictions were not kept in %s: %s", len(piece), shown(self._place), failed)
                with self._was_written:
                    self._written += len(piece)
                    self._was_written.notify_all()
            with self._lock:
                self._dropped += dropped
            if ends:
                with suppress(OSError):
                    if dropped:  # nobody counts it later
                        self._writer.keep([], [], dropped=dropped, time=time.time())
                break
            self._prune()
        self._writer.close()

    def _prune(self) -> None:
        """Delete what is old or too much, once in a while."""
        if (self._days is None and self._most_bytes is None) or time.monotonic() - self._pruned < _PRUNE_SECONDS:
            return
        self._pruned = time.monotonic()
        before = None if self._days is None else time.time() - self._days * _DAY_SECONDS
        try:
            self._writer.prune(before=before, most_bytes=self._most_bytes)
        except OSError as error:
            log.error("old predictions were not deleted from %s: %s", shown(self._place), error)
