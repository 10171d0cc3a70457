"""What `anops_control` asks of features: what a view has, joins, the online store."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.csv
import pyarrow.parquet
from anops_control.errors import CommandError
from anops_model_interface.codes import Code
from anops_model_interface.feature_opening import opened
from anops_model_interface.feature_store import View, judged, microseconds_of

from anops_features.feast_history import joined_in_feast
from anops_features.joining import features_of, joined, latest
from anops_features.moments import microseconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from anops_project.sections.features import FeatureSection

_PART = 50_000


class Features:
    """Features of a project, found by the entry point `anops.features`."""

    def described(self, source: Path, view: str, section: FeatureSection) -> dict[str, Any]:
        """Return what a view has, after a look at its source."""
        table = pyarrow.parquet.read_table(source)
        names = features_of(table, view, section)
        times = microseconds(table, section.time, section.time_zone, f"dataset `{section.dataset}`")
        span = pyarrow.compute.min_max(times).as_py()
        return {
            "features": {name: str(table.schema.field(name).type) for name in names},
            "rows": table.num_rows,
            "first": _moment(span["min"]),
            "last": _moment(span["max"]),
        }

    def join(
        self, rows: Path, time: str, views: Mapping[str, tuple[FeatureSection, Path, Sequence[str]]], target: Path
    ) -> dict[str, Any]:
        """Write rows with the features of their time beside them, and return how many have each."""
        table = pyarrow.parquet.read_table(rows)
        found: dict[str, int] = {}
        for view, (section, path, asked) in views.items():
            source = pyarrow.parquet.read_table(path)
            known = features_of(source, view, section)
            for name in asked:
                if name not in known:
                    raise CommandError(
                        f"Feature view `{view}` has no feature `{name}`.",
                        details=[f"It has: {', '.join(known)}."],
                        code=Code.COLUMN_MISSING,
                    )
            table = joined(table, time, source, view, section, asked or known)
            found[view] = table.num_rows - table.column(f"{view}.time").null_count
        return _written(table, found, target)

    def join_in_feast(self, rows: Path, time: str, store: str, names: Sequence[str], target: Path) -> dict[str, Any]:
        """Write rows with the features of their time that a Feast repository has beside them."""
        return _written(*joined_in_feast(pyarrow.parquet.read_table(rows), time, store, names), target)

    def materialize(self, source: Path, view: str, section: FeatureSection, store: str) -> dict[str, Any]:
        """Keep the newest values of each entity in the online store."""
        table = pyarrow.parquet.read_table(source)
        now = datetime.now(UTC)
        limit = microseconds_of(now)
        names, newest = features_of(table, view, section), latest(table, section, limit)
        times_of_all = microseconds(table, section.time, section.time_zone, f"dataset `{section.dataset}`")
        later = pyarrow.compute.sum(pyarrow.compute.greater(times_of_all, limit)).as_py() or 0
        told = table.take(newest.column(0))
        times = newest.column(1).to_pylist()

        def rows() -> Any:  # noqa: ANN401  tuples of key, time, values
            for start in range(0, told.num_rows, _PART):
                part = told.slice(start, _PART).to_pylist()
                for each, time in zip(part, times[start : start + _PART], strict=True):
                    yield [each[key] for key in section.entity], time, {name: each[name] for name in names}

        with _told(store):
            changed = opened(store).put(view, _view(section, names), rows(), now)
        return {"view": view, "entities": told.num_rows, "written": changed, "later": later}

    def get(self, store: str, view: str, section: FeatureSection, key: Sequence[Any], now: datetime) -> dict[str, Any]:
        """Return the newest values of an entity, when they are of, and whether they still count."""
        with _told(store):
            kept = opened(store)
            known = kept.view(view)
            (found,) = kept.get(view, [key])
        names = () if known is None else known.features
        judged_as = judged(found, _view(section, names), now)
        time = None if judged_as.time is None else judged_as.time.isoformat()
        values = dict.fromkeys(names) if judged_as.state in {"stale", "future"} else judged_as.values
        return {"state": judged_as.state, "time": time, "values": values}

    def online(self, store: str, view: str) -> dict[str, Any]:
        """Return how many entities of a view are in the online store, and the newest time."""
        if "://" not in store and not Path(store).exists():
            return {"entities": 0, "newest": None}
        with _told(store):
            number, newest = opened(store).count(view)
        return {"entities": number, "newest": None if newest is None else newest.isoformat()}


def _written(table: Any, found: dict[str, int], target: Path) -> dict[str, Any]:  # noqa: ANN401  pyarrow is untyped
    if target.suffix == ".csv":
        pyarrow.csv.write_csv(table, target)
    else:
        pyarrow.parquet.write_table(table, target)
    return {"rows": table.num_rows, "with_values": found, "columns": table.column_names}


def _moment(microseconds: int | None) -> str | None:
    return None if microseconds is None else datetime.fromtimestamp(microseconds / 1_000_000, UTC).isoformat()


def _view(section: FeatureSection, names: Sequence[str]) -> View:
    ttl = None if section.lasts is None else section.lasts.total_seconds()
    return View(tuple(section.entity), tuple(names), ttl)


@contextmanager
def _told(store: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"The store of features can't be used: {error}.",
            remedy="Correct `feature_store` under [service] in ao.toml, or start the store there."
            if "://" in store
            else "Make the folder `.anops` of the project writable.",
            code=Code.STORE_UNUSABLE,
        ) from error


FEATURES = Features()
