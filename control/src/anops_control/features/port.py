"""The port behind which features are joined and kept; who does is found by its entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from anops_control.extras.opening import opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from anops_project.sections.features import FeatureSection

GROUP = "anops.features"
"""The group of entry points by which a distribution joins and keeps features."""
COMMAND = "ao extra add features"


class Features(Protocol):
    """Joins features as of a time, and keeps the newest. Sources and rows are Parquet files."""

    def described(self, source: Path, view: str, section: FeatureSection) -> dict[str, Any]:
        """Return what a view has: `features` with their types, `rows`, `first` and `last` time."""

    def join(
        self, rows: Path, time: str, views: Mapping[str, tuple[FeatureSection, Path, Sequence[str]]], target: Path
    ) -> dict[str, Any]:
        """Write rows with the features of their time beside them.

        Args:
            rows: The rows.
            time: Their column of times.
            views: Each view with its source, and the features that are wanted of it; none named are all.
            target: The file, `.csv` or `.parquet`.
        """

    def join_in_feast(self, rows: Path, time: str, store: str, names: Sequence[str], target: Path) -> dict[str, Any]:
        """Write rows with the features beside them that a Feast repository's offline store has of their time.

        Args:
            rows: The rows.
            time: Their column of times.
            store: The repository's address.
            names: Features as "VIEW.FEATURE", or whole views.
            target: The file, `.csv` or `.parquet`.
        """

    def materialize(self, source: Path, view: str, section: FeatureSection, store: str) -> dict[str, Any]:
        """Keep the newest values of each entity in the online store: a file, or an address.

        Those of a time that has not come are only counted, as `later`: they take the place of none that counts.
        """

    def get(self, store: str, view: str, section: FeatureSection, key: Sequence[Any], now: datetime) -> dict[str, Any]:
        """Return the newest values of an entity: `state` (fresh, stale, future, missing), `time`, `values`."""

    def online(self, store: str, view: str) -> dict[str, Any]:
        """Return how many entities of a view are in the online store, and the newest time."""


def features() -> Features:
    """Return who joins and keeps features.

    Raises:
        CommandError: The extra is not installed.
    """
    who: Features = opened("features", GROUP, "Features are joined and kept", COMMAND)
    return who
