"""A program for a Python that has Feast: answers questions about a Feast repository, a line of JSON for each.

It needs nothing but Feast, so that it runs in whatever environment the repository is kept with.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from datetime import date
from typing import Any

_INTEGERS = frozenset({"Int32", "Int64"})
_MICRO = 1_000_000


class Repository:
    """A Feast repository."""

    def __init__(self, folder: str) -> None:
        """Open it."""
        feast = importlib.import_module("feast")
        self._missing = importlib.import_module("feast.errors").FeatureViewNotFoundException
        self.store = feast.FeatureStore(repo_path=folder)
        self.version = feast.__version__

    def hello(self) -> dict[str, Any]:
        """Say that it can be asked."""
        return {"feast": self.version}

    def views(self) -> list[dict[str, Any]]:
        """Return all feature views."""
        return [_told(each) for each in self.store.list_feature_views()]

    def view(self, name: str) -> dict[str, Any] | None:
        """Return a feature view; None: there is none."""
        try:
            return _told(self.store.get_feature_view(name))
        except self._missing:
            return None

    def online(self, name: str, keys: list[list[Any]]) -> list[list[Any] | None]:
        """Return of each key the time in microseconds and the values; None where there are none."""
        view = self.store.get_feature_view(name)
        entity, features = _entity(view), [each.name for each in view.features]
        read = [_key(each, entity) for each in keys]
        asked = [each for each in read if each is not None]
        if not asked:
            return [None for _ in keys]
        answer = self.store.get_online_features(
            features=[f"{name}:{each}" for each in features], entity_rows=asked, full_feature_names=True
        ).to_dict(include_event_timestamps=True)
        found = iter([self._of(answer, name, features, place) for place in range(len(asked))])
        return [None if each is None else next(found) for each in read]

    @staticmethod
    def _of(answer: dict[str, Any], name: str, features: list[str], place: int) -> list[Any] | None:
        times = [answer[f"{name}__{each}__ts"][place] for each in features]
        if not any(times):
            return None
        # all of a view are of one time; where a store has some of an older one, that one holds for all
        time = min(each for each in times if each)
        return [round(time * _MICRO), {each: answer[f"{name}__{each}"][place] for each in features}]

    def history(self, rows: str, wanted: list[str], target: str) -> int:
        """Write the features of rows, as Feast joins them, and return of how many rows it said something.

        Args:
            rows: A Parquet file: `row`, `event_timestamp`, and the keys.
            wanted: The features, as VIEW:FEATURE.
            target: The Parquet file: `row`, and the features as VIEW__FEATURE.
        """
        frame = importlib.import_module("pandas").read_parquet(rows)
        joined = self.store.get_historical_features(entity_df=frame, features=wanted, full_feature_names=True)
        found = joined.to_df()
        found[["row", *(each.replace(":", "__", 1) for each in wanted)]].to_parquet(target)
        return len(found)


def _entity(view: Any) -> dict[str, str]:  # noqa: ANN401  Feast is no dependency
    return {each.name: str(each.dtype) for each in view.entity_columns}


def _told(view: Any) -> dict[str, Any]:  # noqa: ANN401  the same
    ttl = None if view.ttl is None else view.ttl.total_seconds()
    return {
        "name": view.name,
        "entity": list(view.join_keys) if view.entities else [],
        "features": {each.name: str(each.dtype) for each in view.features},
        "ttl": ttl or None,  # Feast means for ever by none and by nought
    }


def _key(values: list[Any], entity: dict[str, str]) -> dict[str, Any] | None:
    """Return a key in Feast's types; None: no entity can have it."""
    found = {}
    for value, (name, kind) in zip(values, entity.items(), strict=True):
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        try:
            found[name] = int(whole) if kind in _INTEGERS else str(whole) if kind == "String" else whole
        except (TypeError, ValueError):
            return None
        if kind in _INTEGERS and str(found[name]) != str(whole):
            return None  # 7.5 is not 7
    return found


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def main() -> None:
    """Answer until there are no more questions."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what Feast prints is no answer
    repository: Any = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            repository = repository or Repository(sys.argv[1])
            told: dict[str, Any] = {"answer": getattr(repository, question["ask"])(*question["with"])}
        except Exception as error:  # noqa: BLE001  Feast and its stores are others' code
            told = {"error": _said(error, line)}
        answers.write(json.dumps(told, default=_plain) + "\n")
        answers.flush()


def _said(error: Exception, question: str) -> str:
    """Return what an error says, without what was asked: that may be a person's, and this goes into a log."""
    told = str(error).strip().partition("\n")[0]
    keys = json.loads(question)["with"][1] if json.loads(question)["ask"] == "online" else []
    if not told or any(str(value) in told for key in keys for value in key):
        return type(error).__name__
    return f"{type(error).__name__}: {told}"


if __name__ == "__main__":
    main()
