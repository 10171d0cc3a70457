"""Fills a real Feast repository from rows.json; it runs in the Python that has Feast."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource
from feast.types import Float64, Int64
from feast.value_type import ValueType

rows = pd.DataFrame(json.loads(Path("rows.json").read_text()))
rows["at"] = pd.to_datetime(rows["at"])
rows["cards"] = rows["cards"].astype("Int64")
rows.to_parquet("rows.parquet")
account = Entity(name="account", join_keys=["account_id"], value_type=ValueType.INT64)
fields = [Field(name="balance", dtype=Float64), Field(name="cards", dtype=Int64)]
source = FileSource(name="rows", path=str(Path("rows.parquet").resolve()), timestamp_field="at")
accounts = FeatureView(name="accounts", entities=[account], ttl=timedelta(days=2), schema=fields, source=source)
everywhere = FeatureView(name="everywhere", entities=[], schema=fields, source=source)
store = FeatureStore(repo_path=".")
store.apply([account, accounts, everywhere])
now = datetime.now(tz=rows["at"].dt.tz)
store.materialize(now - timedelta(days=30), now + timedelta(days=30), feature_views=["accounts"])
