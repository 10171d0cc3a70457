"""What can go wrong with a prediction, as exceptions that carry the service's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_SHOWN = 5


class DatasetError(Exception):
    """A dataset can't be read; the text says why, and what to do."""


class PredictionWarning(UserWarning):
    """The service warned: a value was put in, a column has values beyond those fitted on, R or Python warned."""


class PredictionError(Exception):
    """There is no answer.

    Attributes:
        code: The service's word for what went wrong, such as "COLUMN_LEVEL"; empty where none came from it.
        status: The HTTP status; 0 where there was no answer.
        detail: One sentence that says what happened.
        errors: What is wrong with the rows, each with `message`, and where they apply `column`, `row` (from 1, of all
            rows; the message counts those of its request), `expected` and `received`.
        more: How many errors there are beyond these.
        remedy: How to fix it, where that is known.
        call: The R call or Python line that failed.
        request_id: The request's id, to be found in the service's log.
    """

    def __init__(self, detail: str, *, status: int = 0, problem: Mapping[str, Any] | None = None) -> None:
        told = problem or {}
        self.code: str = told.get("code", "")
        self.status = status
        self.detail = detail
        self.errors: Sequence[Mapping[str, Any]] = tuple(told.get("errors") or ())
        self.more: int = told.get("more") or 0
        self.remedy: str | None = told.get("remedy")
        self.call: str | None = told.get("call")
        self.request_id: str | None = told.get("request_id")
        super().__init__(self._text())

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows that are wrong, counted from 0 as `DataFrame.iloc` does; those that were named."""
        return tuple(dict.fromkeys(error["row"] - 1 for error in self.errors if error.get("row")))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are wrong."""
        return tuple(dict.fromkeys(error["column"] for error in self.errors if error.get("column")))

    def _text(self) -> str:
        others = [f"• {error['message']}" for error in self.errors if error.get("message", "") not in self.detail]
        lines = [self.detail, *others[:_MOST_SHOWN]]
        lines += [f"• … and {self.more} more."] * bool(self.more)
        lines += [f"• It failed in: {self.call}"] * bool(self.call)
        lines += [f"→ {self.remedy}"] * bool(self.remedy)
        lines += [f"[{self.code}]"] * bool(self.code)
        return "\n".join(lines)


class DataError(PredictionError):
    """The rows or the options do not fit the model; `rows` and `columns` say where."""


class AccessError(PredictionError):
    """The service needs a key or token, or another one; it lets nobody else ask."""


class ModelError(PredictionError):
    """The model failed, or the service did."""


class UnavailableError(PredictionError):
    """The service can't be reached, is too busy, or its model is not ready; it was asked again before."""
