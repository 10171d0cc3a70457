"""Served models and datasets as pandas DataFrames: `anops.Client(url).predict(rows)`, `anops.data("sales")`."""

from anops.async_client import AsyncClient
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
from anops.features import features_get
from anops.outcomes import outcomes_send
from anops.retrying import RetryPolicy
from anops.run import log_artifact, log_figure, log_metric, log_parameter

__all__ = [
    "AccessError",
    "AsyncClient",
    "Client",
    "DataError",
    "DatasetError",
    "ModelError",
    "PredictionError",
    "PredictionWarning",
    "RetryPolicy",
    "UnavailableError",
    "data",
    "features_get",
    "log_artifact",
    "log_figure",
    "log_metric",
    "log_parameter",
    "outcomes_send",
]
