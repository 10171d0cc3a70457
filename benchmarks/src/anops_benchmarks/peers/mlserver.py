"""MLServer in its three ways: in one process, with workers, and with its own batching."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from anops_benchmarks.dialects import OPEN_INFERENCE
from anops_benchmarks.peers.peer import MATRICES, ROW, WORKERS, Peer
from anops_benchmarks.processes import Command, free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_benchmarks.peers.peer import Workspace


def _mlserver(*, workers: int = 0, batched: bool = False) -> Callable[[Workspace], list[Command]]:
    def commands(place: Workspace) -> list[Command]:
        settings = {
            "debug": False,
            "host": "127.0.0.1",
            "http_port": place.port,
            "grpc_port": free_port(),
            "metrics_endpoint": None,
            "parallel_workers": workers,
            "use_structured_logging": False,
        }
        batching = {"max_batch_size": 64, "max_batch_time": 0.005} if batched else {}
        model = {
            "name": "model",
            "implementation": "mlserver_sklearn.SKLearnModel",
            "parameters": {"uri": str(place.model)},
            **batching,
        }
        (place.folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        (place.folder / "model-settings.json").write_text(json.dumps(model), encoding="utf-8")
        return [Command([str(place.python.parent / "mlserver"), "start", str(place.folder)], place.folder)]

    return commands


MLSERVER = Peer(
    name="mlserver",
    title="MLServer, in process",
    settings="no worker processes, no batching; uvloop below 0.22",
    environment="mlserver",
    workloads=ROW | MATRICES,
    dialect=OPEN_INFERENCE,
    commands=_mlserver(),
)
MLSERVER_WORKERS = Peer(
    name="mlserver-workers",
    title="MLServer, workers",
    settings="two worker processes, no batching; uvloop below 0.22",
    environment="mlserver",
    workloads=ROW,
    dialect=OPEN_INFERENCE,
    commands=_mlserver(workers=WORKERS),
)
MLSERVER_BATCHED = Peer(
    name="mlserver-batched",
    title="MLServer, batched",
    settings="batches of up to 64 rows within 5 ms, in process; uvloop below 0.22",
    environment="mlserver",
    workloads=ROW,
    dialect=OPEN_INFERENCE,
    commands=_mlserver(batched=True),
    batches=True,
)
