"""What of Feast is asked, with what surprises in it: expired values are given out online, and in history left out."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from feast.errors import FeatureViewNotFoundException

__version__ = "0"
if importlib.util.find_spec("named_arrays") is not None:
    raise ImportError("modules beside the program are in the way of Feast's own")


class _Answer:
    def __init__(self, told: Any) -> None:
        self._told = told

    def to_dict(self, *, include_event_timestamps: bool) -> Any:
        assert include_event_timestamps
        return self._told

    def to_df(self) -> Any:
        return self._told


class FeatureStore:
    """A repository whose rows are in rows.json."""

    def __init__(self, repo_path: str) -> None:
        sys.stdout.write("Feast prints what it likes")
        self._folder = Path(repo_path)
        self._rows = json.loads((self._folder / "rows.json").read_text())

    def list_feature_views(self) -> list[Any]:
        columns = [SimpleNamespace(name="account_id", dtype="Int64")]
        features = [SimpleNamespace(name="balance", dtype="Float64"), SimpleNamespace(name="cards", dtype="Int64")]
        return [
            SimpleNamespace(
                name=name, entities=entity, join_keys=["account_id"], entity_columns=columns, features=features,
                ttl=timedelta(days=days),
            )
            for name, entity, days in (("accounts", ["account"], 2), ("everywhere", [], 0))
        ]  # fmt: skip

    def get_feature_view(self, name: str) -> Any:
        found = [each for each in self.list_feature_views() if each.name == name]
        if not found:
            raise FeatureViewNotFoundException(name)
        return found[0]

    def get_online_features(self, features: list[str], entity_rows: list[Any], full_feature_names: bool) -> _Answer:
        assert full_feature_names
        if (self._folder / "hangs").exists():
            time.sleep(60)
        if (self._folder / "dies").exists():
            os._exit(3)
        told: dict[str, list[Any]] = {"account_id": [each["account_id"] for each in entity_rows]}
        if (self._folder / "away").exists():
            raise ConnectionError(f"no store for {told['account_id']}")
        newest = {each["account_id"]: each for each in sorted(self._rows, key=lambda row: str(row["at"]))}
        for each in features:
            name = each.replace(":", "__")
            rows = [newest.get(key) for key in told["account_id"]]
            told[name] = [None if row is None else row[name.rpartition("__")[2]] for row in rows]
            told[f"{name}__ts"] = [
                0 if row is None else int(datetime.fromisoformat(row["at"]).timestamp()) for row in rows
            ]
        return _Answer(told)

    def get_historical_features(self, entity_df: Any, features: list[str], full_feature_names: bool) -> _Answer:
        assert full_feature_names
        found = []
        for asked in entity_df.to_dict("records"):
            known = [
                each for each in self._rows
                if each["account_id"] == asked["account_id"]
                and timedelta() <= asked["event_timestamp"] - datetime.fromisoformat(each["at"]) <= timedelta(days=2)
            ]  # fmt: skip
            if known:
                last = max(known, key=lambda each: str(each["at"]))
                found.append(asked | {each.replace(":", "__"): last[each.partition(":")[2]] for each in features})
        return _Answer(importlib.import_module("pandas").DataFrame(found[::-1]))
