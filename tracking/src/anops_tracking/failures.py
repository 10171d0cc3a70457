"""What MLflow's failures mean: something is not there, or MLflow itself is away."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from anops_control.tracking.port import AwayError, NotKeptError, RefusingError
from mlflow.exceptions import MlflowException, RestException
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_THERE = frozenset({"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND", "ENDPOINT_NOT_FOUND"})
_REFUSED = frozenset({"UNAUTHENTICATED", "PERMISSION_DENIED"})
_NOT_OF_MLFLOW = "INTERNAL_ERROR"
"""How MLflow calls an answer in JSON with a code that it does not know: a proxy's. Its own failures it asks again."""
_OLD = "out-of-date database schema"


@contextmanager
def told() -> Iterator[None]:
    """Raise the port's errors in place of MLflow's."""
    try:
        yield
    except MlflowException as error:
        if error.error_code in _NOT_THERE:
            raise NotKeptError(str(error)) from error
        if error.error_code in _REFUSED:
            raise RefusingError(_first(error)) from error
        if isinstance(error, RestException) and error.error_code == _NOT_OF_MLFLOW:
            raise RefusingError(_first(error).removeprefix(f"{_NOT_OF_MLFLOW}: ")) from error
        raise AwayError(_first(error)) from error
    except SQLAlchemyError as error:
        raise AwayError(_first(error)) from error


def _first(error: Exception) -> str:
    text = str(error)
    if _OLD in text:
        return (
            "The database was made by an older MLflow. Back it up, then bring it up to date: "
            "python -m mlflow db upgrade URI"
        )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines or [type(error).__name__])[0][:300]
