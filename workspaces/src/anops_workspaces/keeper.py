"""The process that keeps a cluster: it starts and ends workers as there is work, until it is told to end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_workspaces.certificates import Certificate
from anops_workspaces.state import write_whole

if TYPE_CHECKING:
    from distributed import SpecCluster

FORM, READY, LIMITS, LOG, LOCK = "form.json", "ready.json", "limits.json", "log.txt", "keeper.lock"
_LOOK_SECONDS = 0.25
_IDLE_LOOKS = 10
"""How many seconds a worker has had no work before it is ended: others keep their warm processes through a pause."""


async def keep(place: Path) -> None:
    """Bring a cluster up, say where it is, and keep it until a signal comes or it is lost."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    form = json.loads((place / FORM).read_text(encoding="utf-8"))
    kind = import_module(form["cluster"])
    cluster: Any = kind.cluster(form, place, Certificate.below(place).security())
    async with cluster:
        limits = None
        while not stop.is_set():
            wanted = json.loads((place / LIMITS).read_text(encoding="utf-8"))
            if wanted != limits:
                if limits is None:
                    cluster.scale(wanted["min"])
                    await cluster
                _adapt(cluster, wanted)
                if limits is None:
                    write_whole(place / READY, json.dumps(kind.reached(cluster)))
                limits = wanted
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)


def _adapt(cluster: SpecCluster, limits: dict[str, int]) -> None:
    cluster.adapt(minimum=limits["min"], maximum=limits["max"], interval="1s", wait_count=_IDLE_LOOKS)


def main() -> int:
    """Keep the cluster whose folder is named on the command line.

    Returns:
        0 when it was told to end.
    """
    place = Path(sys.argv[1])
    lock = int(sys.argv[2])
    # whoever can take this lock knows that no keeper lives; no process started from here may hold it
    os.set_inheritable(lock, False)  # noqa: FBT003  as the library has it
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    try:
        asyncio.run(keep(place))
    except Exception:  # noqa: BLE001  whoever brings it up reads the log
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
