"""The process that keeps a cluster: it starts and ends workers as there is work, until it is told to end."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.standing import keeping
from anops_control.standing.keeping import FORM, READY
from anops_control.standing.kept import write_whole
from distributed.core import Status

from anops_workspaces.certificates import Certificate

if TYPE_CHECKING:
    from distributed import SpecCluster

LIMITS = "limits.json"
_LOOK_SECONDS = 0.25
_JOIN_SECONDS = 150
_IDLE_LOOKS = 10
"""How many seconds a worker has had no work before it is ended: others keep their warm processes through a pause."""


async def keep(place: Path) -> None:
    """Bring a cluster up, say where it is, and keep it until a signal comes or it is lost."""
    stop, starting = asyncio.Event(), asyncio.current_task()

    def end() -> None:
        stop.set()
        if starting is not None:  # it waits for no worker then
            starting.cancel()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end)
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
                    await asyncio.wait_for(_joined(cluster, wanted["min"]), _JOIN_SECONDS)
                _adapt(cluster, wanted)
                if limits is None:
                    starting = None
                    write_whole(place / READY, json.dumps(kind.reached(cluster)))
                limits = wanted
            if cluster.scheduler.status is not Status.running:
                message = "the scheduler has ended"
                raise RuntimeError(message)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)


async def _joined(cluster: Any, count: int) -> None:  # noqa: ANN401  Dask's clusters have few types
    while len(cluster.scheduler_info["workers"]) < count:
        for each in cluster.workers.values():
            if hasattr(each, "look"):  # one that ends at once says why
                await each.look()
        await asyncio.sleep(_LOOK_SECONDS)


def _adapt(cluster: SpecCluster, limits: dict[str, int]) -> None:
    cluster.adapt(minimum=limits["min"], maximum=limits["max"], interval="1s", wait_count=_IDLE_LOOKS)


def main() -> int:
    """Keep the cluster whose folder is named on the command line.

    Returns:
        0 when it was told to end.
    """
    place = Path(sys.argv[1])
    keeping.own(int(sys.argv[2]))
    try:
        with suppress(asyncio.CancelledError):
            asyncio.run(keep(place))
    except Exception:  # noqa: BLE001  whoever brings it up reads the log
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
