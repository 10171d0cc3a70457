"""From an address to a store of features."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.feast_features import FeastFeatures, is_feast
from anops_model_interface.feature_store import SqliteFeatures

if TYPE_CHECKING:
    from anops_model_interface.feature_store import FeatureStore


def opened(address: str, *, only_read: bool = False) -> FeatureStore:
    """Open a store: a file, an address of Redis, or a Feast repository.

    Raises:
        OSError: It can't be opened; the text says why.
    """
    if address.startswith(("redis://", "rediss://")):
        try:
            from anops_model_interface.redis_features import RedisFeatures  # noqa: PLC0415  the driver is an extra
        except ImportError as error:
            raise OSError(
                'a store in Redis needs the package redis: pip install "anops-model-interface[redis]"'
            ) from error
        return RedisFeatures(address)
    if is_feast(address):
        return FeastFeatures(address, begins=only_read)
    if "://" in address:
        raise OSError(
            f"there is no store of features for addresses such as {address.partition('://')[0]}://, only for redis://, "
            "rediss://, feast: and files"
        )
    return SqliteFeatures(Path(address), only_read=only_read)
