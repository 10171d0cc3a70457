"""An answer that takes long, found out once for all who ask for it, on whatever thread."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Key = TypeVar("Key")
Value = TypeVar("Value")


class SharedAnswer(Generic[Key, Value]):
    """The answer to the last key that was asked; a failure is told once, and tried again by who asks after that."""

    def __init__(self, find: Callable[[Key], Value]) -> None:
        """Say how the answer is found out.

        Args:
            find: Finds it out; called on the thread of who asks first.
        """
        self._find = find
        self._lock = Lock()
        self._last: tuple[Key, Future[Value]] | None = None

    def __call__(self, key: Key) -> Value:
        """Return the answer, waiting for whoever finds it out already; raise what they failed by."""
        answer = self._begun(key)
        try:
            return answer.result()
        except BaseException:
            with self._lock:
                if self._last is not None and self._last[1] is answer:
                    self._last = None
            raise

    def begin(self, key: Key) -> None:
        """Find the answer out, unless another does; a failure is kept for who asks next."""
        self._begun(key)

    def _begun(self, key: Key) -> Future[Value]:
        with self._lock:
            if self._last is not None and self._last[0] == key:
                return self._last[1]
            answer: Future[Value] = Future()
            self._last = key, answer
        try:
            answer.set_result(self._find(key))
        except BaseException as error:  # noqa: BLE001  whoever asks is told, on their own thread
            answer.set_exception(error)
        return answer
