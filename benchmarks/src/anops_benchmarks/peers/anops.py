"""AnOps, as its containers start it: the api-service, and the model-service with its workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_benchmarks.dialects import ANOPS as DIALECT
from anops_benchmarks.peers.peer import MATRICES, ROW, WORKERS, Peer, R
from anops_benchmarks.processes import Command, free_port

if TYPE_CHECKING:
    from anops_benchmarks.peers.peer import Workspace


API = "anops-api"
"""Each service has the packages that its image has, and no others."""


def _commands(place: Workspace) -> list[Command]:
    far = free_port()
    python = [str(place.python), "-P", "-m"]
    api_python = str(place.python.parents[2] / API / "bin/python")
    model = ["anops_model_service", "--project", str(place.project), "--port", str(far), "--workers", str(WORKERS)]
    api = ["anops_api_service", "--port", str(place.port), "--model-url", f"127.0.0.1:{far}"]
    return [Command([*python, *model], place.project), Command([api_python, "-P", "-m", *api], place.folder)]


ANOPS = Peer(
    name="anops",
    title="**AnOps**",
    settings=(
        "one api-service, one model-service with two workers; every check of the schema and the log of requests on, "
        "as by default"
    ),
    environment="anops",
    beside=API,
    workloads=ROW | R | MATRICES | {"wide", "levels"},
    dialect=DIALECT,
    commands=_commands,
    shows=("anops-api-service", "anops-model-service", "uvicorn", "uvloop", "httptools", "msgspec", "grpcio"),
)
