"""`features_get()` of the R client: a data frame with the values of its times, and the newest of an entity."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "client" / "r" / "anops" / "R"
TOML = """\
[project]
name = "loans"
language = "r"

[model]
artifact = "model.rds"

[features.accounts]
dataset = "balances"
entity = "account"
time = "at"
ttl = "2 d"
"""
ASKED = """
for (file in list.files(Sys.getenv("R_CLIENT"), full.names = TRUE)) source(file)
day <- as.POSIXct("2026-01-02", tz = "UTC")
rows <- data.frame(loan = c("a", "b", "c"), account = c(7, 7, 9), at = day + c(0, 2, 0) * 86400)
found <- features_get("accounts.balance", rows)
newest <- features_get("accounts", key = c(account = 7))
cat(jsonlite::toJSON(list(
  same = identical(found[names(rows)], rows), balance = found$accounts.balance,
  time = format(found$accounts.time, "%F", tz = "UTC"), state = newest$accounts$state
), auto_unbox = TRUE, na = "null"))
"""


def test_a_data_frame_gets_the_values_of_its_times(tmp_path: Path) -> None:
    (tmp_path / "ao.toml").write_text(TOML, encoding="utf-8")
    balances = "account,at,balance\n7,2026-01-01T00:00:00Z,10.5\n7,2026-01-03T00:00:00Z,20.5\n"
    (tmp_path / "balances.csv").write_text(balances, encoding="utf-8")
    (tmp_path / "asked.R").write_text(ASKED, encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environ = {**os.environ, "PATH": path, "R_CLIENT": str(CLIENT)}
    for command in (["ao", "data", "add", "balances.csv"], ["ao", "features", "materialize"]):
        subprocess.run(command, cwd=tmp_path, env=environ, check=True, capture_output=True)
    told = subprocess.run(
        ["Rscript", "asked.R"], cwd=tmp_path, env=environ, check=False, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {
        "same": True, "balance": [10.5, 20.5, None], "time": ["2026-01-01", "2026-01-03", None], "state": "stale",
    }  # fmt: skip
