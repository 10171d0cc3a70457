"""Predictions of a served model, as a pandas DataFrame: `anops.Client(url).predict(rows)`."""

from anops.client import Client
from anops.errors import AccessError, DataError, ModelError, PredictionError, PredictionWarning, UnavailableError
from anops.retrying import RetryPolicy

__all__ = [
    "AccessError",
    "Client",
    "DataError",
    "ModelError",
    "PredictionError",
    "PredictionWarning",
    "RetryPolicy",
    "UnavailableError",
]
