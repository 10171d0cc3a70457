"""The way to the time-series store: what waits for it waits in a thread of its own, and no request for another."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_series.port import OtherSeriesError, StoreAwayError

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_series.port import SeriesStore

P = ParamSpec("P")
T = TypeVar("T")

_PAUSE_SECONDS = 1.0
"""So long a store that is away is not asked again: each try may take seconds."""


class SeriesKeeper:
    """A store, asked from the loop of the service."""

    def __init__(self, store: SeriesStore) -> None:
        """Ask a store.

        Args:
            store: It; from now on no one else uses it.
        """
        self.store = store
        self._away_until = 0.0
        self._why = ""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="series-store")

    async def ask(self, what: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Do something with the store.

        Args:
            what: One of its methods.
            arguments: What it is given.
            named: The same, by name.

        Raises:
            AnOpsError: `SERIES_STORE`: it is away; `SERIES_DIFFERS`: it keeps another series by this name.
        """
        try:
            # once begun it is not left half done, though its client may leave
            work = partial(self._done, partial(what, *arguments, **named))
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except StoreAwayError as error:
            raise AnOpsError(
                Code.SERIES_STORE,
                f"{error}" if str(error).endswith(".") else f"{error}.",
                remedy="Send the same again once the store is back: what was kept already is not kept twice.",
            ) from error
        except OtherSeriesError as error:
            raise AnOpsError(
                Code.SERIES_DIFFERS,
                str(error),
                remedy="Give the model another name in its ao.toml, or the frequency, time zone and keys that it had.",
            ) from error

    def _done(self, what: Callable[[], T]) -> T:
        """Do something in the thread of the store; one that was away just now is not asked by all who wait."""
        if time.monotonic() < self._away_until:
            raise StoreAwayError(self._why)
        try:
            return what()
        except StoreAwayError as error:
            self._away_until, self._why = time.monotonic() + _PAUSE_SECONDS, str(error)
            raise

    def close(self) -> None:
        """Finish what was begun, and let go of the store."""
        self._thread.submit(self.store.close)
        self._thread.shutdown()
