#!/usr/bin/env bash
# cronsim 2.8.
# Expected: the times after a moment come after it, also where clocks go back and an hour comes twice.
# Seen: asked at the second 02:10 of the night in which Berlin's clocks go back (01:10 UTC) for `30 2 * * *`, its first time is
# 02:30 of the first such hour (00:30 UTC), 40 minutes before; for `30 * * * *` it is one that comes after.
# For AnOps: `ao schedule` leaves out times that are not after the moment asked from; without that, what a
# runner that starts in this hour has done already would be due again.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/v"
"$place/v/bin/pip" install --quiet cronsim==2.8 tzdata
"$place/v/bin/python" - <<'PY'
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from cronsim import CronSim

start = datetime(2026, 10, 25, 1, 10, tzinfo=timezone.utc)
there = start.astimezone(ZoneInfo("Europe/Berlin"))
print("asked at ", there.isoformat())
fixed, each_hour = [next(CronSim(at, there)) for at in ("30 2 * * *", "30 * * * *")]
print("fixed:    ", fixed.isoformat())
print("each hour:", each_hour.isoformat())
assert fixed.astimezone(timezone.utc) < start, "it goes on from the moment asked from"
assert each_hour.astimezone(timezone.utc) > start
PY
