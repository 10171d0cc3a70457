"""Served models and datasets as pandas DataFrames: `anops.Client(url).predict(rows)`, `anops.data("sales")`."""

from anops.client import Client
from anops.datasets import data
from anops.errors import (
    AccessError,
    DataError,
    DatasetError,
    ModelError,
    PredictionError,
    PredictionWarning,
    UnavailableError,
)
from anops.retrying import RetryPolicy

__all__ = [
    "AccessError",
    "Client",
    "DataError",
    "DatasetError",
    "ModelError",
    "PredictionError",
    "PredictionWarning",
    "RetryPolicy",
    "UnavailableError",
    "data",
]
