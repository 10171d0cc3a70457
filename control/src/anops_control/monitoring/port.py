"""The port behind which a log of predictions is looked at; who does is found by its entry point."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from anops_model_interface.codes import Code

from anops_control.extras.opening import opened, told_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from anops_model_interface.log_file import LogPlace
    from anops_model_interface.schema import Schema

GROUP = "anops.monitoring"
"""The group of entry points by which a distribution offers to look at a log."""
COMMAND = "ao extra add monitoring"


class Monitor(Protocol):
    """Compares a log with a baseline. What it tells can be written as JSON."""

    error: type[Exception]
    """What it raises: `message`, `details` and `remedy` say what a person reads."""

    def keep_baseline(
        self,
        file: Path,
        *,
        inputs: Mapping[str, Sequence[Any]],
        outputs: Mapping[str, Sequence[Any]],
        outcome: Sequence[Any] | None,
        facts: Mapping[str, Any],
    ) -> int:
        """Keep a baseline, and return of how many rows."""

    def baseline(self, file: Path) -> dict[str, Any]:
        """Return what is known of a baseline."""

    def report(
        self,
        log: LogPlace,
        archive: Path | None,
        baseline: Path,
        schema: Schema,
        *,
        since: float,
        until: float,
        digest: str | None,
        by_week: bool,
        segment: str | None,
    ) -> dict[str, Any]:
        """Compare a log with a baseline.

        Args:
            log: The log.
            archive: The folder of rows that were rolled out of it; None: there is none.
            baseline: The baseline.
            schema: The model's columns.
            since: From when on, in seconds since 1970.
            until: Until when, exclusive.
            digest: Of which fit; None: of any.
            by_week: Whether to look at each week too.
            segment: The column by whose values to look too.
        """

    def evidently(
        self,
        log: Path | str,
        archive: Path | None,
        baseline: Path,
        schema: Schema,
        *,
        since: float,
        until: float,
        digest: str | None,
    ) -> str:
        """Return Evidently's report of a log beside a baseline, as a page that stands alone; as `report()`."""

    def report_of_forecasts(
        self,
        store: str,
        series: tuple[str, str, str, tuple[str, ...]],
        *,
        since: float,
        until: float,
        digest: str | None,
        by_week: bool,
    ) -> dict[str, Any]:
        """Compare forecasts with what was observed since: a report of the same form, by steps ahead in `segments`.

        Args:
            store: The store of time series: a file, or an address.
            series: The model's name, frequency, time zone, and names of its keys.
            since: From when on they were given, in seconds since 1970.
            until: Until when, exclusive.
            digest: By which fit; None: by any.
            by_week: Whether to look at each week in which they were given, too.
        """

    def known(self, log: LogPlace, *, since: float) -> list[dict[str, Any]]:
        """Return rows of a log whose outcome is known: `time`, `inputs`, `outcome`.

        Args:
            log: The log.
            since: From when on, in seconds since 1970.
        """

    def roll(self, log: LogPlace, archive: Path, *, since: float, until: float) -> dict[str, int]:
        """Bring rows of a log into Parquet files by month, and return how many rows each of these has.

        Args:
            log: The log.
            archive: The folder of the files.
            since: From when on, in seconds since 1970.
            until: Until when, exclusive.
        """

    def forget(self, archive: Path, *, request_id: str | None, key: Mapping[str, object] | None) -> int:
        """Delete from Parquet files what is of a request, or has a key, and return how many rows."""

    def page(self, report: dict[str, Any], title: str) -> str:
        """Return a report as a page that stands alone."""

    def exposed(self, report: dict[str, Any], model: dict[str, str]) -> str:
        """Return a report's figures for Prometheus, with these labels."""


@contextmanager
def monitor() -> Iterator[Monitor]:
    """Give who looks at logs; what goes wrong there is told as a command's error.

    Raises:
        CommandError: The extra is not installed, or what was asked can't be done.
    """
    who: Monitor = opened("monitoring", GROUP, "Predictions are looked at", COMMAND)
    with told_as(Code.MONITORING_FAILED, who.error):
        yield who
