#!/usr/bin/env bash
# feast 0.67.0, online store of SQLite, offline store of files: a view whose values count for two days (ttl).
# Expected: online nothing for a value that is five days old, or of tomorrow; in history every row that was asked for, in its
# order, with nothing where nothing counts.
# Seen: online both values are given out as PRESENT; in history the row whose value has expired is left out without a word.
# For AnOps: the time of each value is compared with ttl by AnOps, and each row of a history has a number by which it finds back.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet feast==0.67.0
cd "$place"
cat >feature_store.yaml <<'YAML'
project: loans
provider: local
registry: registry.db
online_store: {type: sqlite, path: online.db}
offline_store: {type: file}
entity_key_serialization_version: 3
YAML
cat >seen.py <<'PY'
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource
from feast.types import Float64
from feast.value_type import ValueType

now = datetime.now(UTC).replace(microsecond=0)
times = [now - timedelta(hours=1), now - timedelta(days=5), now + timedelta(days=1)]
pd.DataFrame({"account": [7, 8, 9], "at": times, "balance": [20.5, 99.0, 99.0]}).to_parquet("rows.parquet")
account = Entity(name="account", join_keys=["account"], value_type=ValueType.INT64)
source = FileSource(name="rows", path=str(Path("rows.parquet").resolve()), timestamp_field="at")
view = FeatureView(
    name="accounts", entities=[account], ttl=timedelta(days=2), schema=[Field(name="balance", dtype=Float64)],
    source=source,
)
store = FeatureStore(repo_path=".")
store.apply([account, view])
store.materialize(now - timedelta(days=30), now + timedelta(days=30))
online = store.get_online_features(features=["accounts:balance"], entity_rows=[{"account": key} for key in (7, 8, 9)])
assert online.to_dict()["balance"] == [20.5, 99.0, 99.0], online.to_dict()
asked = pd.DataFrame({"account": [8, 7], "row": [0, 1], "event_timestamp": [now, now]})
history = store.get_historical_features(entity_df=asked, features=["accounts:balance"]).to_df()
assert history["row"].tolist() == [1], history
print("as seen")
PY
"$place/v/bin/python" seen.py 2>/dev/null | tail -1
