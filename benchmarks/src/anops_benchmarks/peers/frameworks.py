"""Frameworks that serve Python models: each with two processes, and with batching where it has that."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from anops_benchmarks.dialects import BENTOML as BENTOML_DIALECT
from anops_benchmarks.dialects import KSERVE as KSERVE_DIALECT
from anops_benchmarks.dialects import MATRIX, RECORDS_TO_PREDICT
from anops_benchmarks.dialects import MLFLOW as MLFLOW_DIALECT
from anops_benchmarks.peers.peer import ROW, SERVERS, WORKERS, Peer, uvicorn
from anops_benchmarks.processes import Command, run

if TYPE_CHECKING:
    from anops_benchmarks.peers.peer import Workspace


def _kserve(place: Workspace) -> list[Command]:
    words = [str(place.python), "kserve_model.py", "--http_port", str(place.port), "--workers", str(WORKERS)]
    # it logs three lines a request: nobody who wants it fast keeps them
    quiet = {name: {"level": "WARNING"} for name in ("uvicorn.access", "kserve.trace")}
    log = place.folder / "logging.json"
    log.write_text(json.dumps({"version": 1, "disable_existing_loggers": False, "loggers": quiet}), encoding="utf-8")
    words += ["--enable_grpc", "false", "--event-loop", "uvloop", "--log_config_file", str(log)]
    return [Command(words, SERVERS, {"MODEL": str(place.model)})]


def _bentoml(place: Workspace) -> list[Command]:
    words = [str(place.python), "-m", "bentoml", "serve", "bentoml_model:Model", "--port", str(place.port)]
    own = {"MODEL": str(place.model), "BENTOML_DO_NOT_TRACK": "true", "BENTOML_HOME": str(place.folder / "home")}
    return [Command(words, SERVERS, own)]


def _litserve(place: Workspace) -> list[Command]:
    return [Command([str(place.python), "litserve_model.py", str(place.port)], SERVERS, {"MODEL": str(place.model)})]


def _mlflow(place: Workspace) -> list[Command]:
    saved = place.folder / "saved"
    own = {
        "MODEL": str(place.model),
        "PATH": f"{place.python.parent}:/usr/bin:/bin",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        # it starts uvicorn, which reads these
        "UVICORN_LOOP": "uvloop",
        "UVICORN_HTTP": "httptools",
        "UVICORN_ACCESS_LOG": "false",
        "UVICORN_LOG_LEVEL": "warning",
    }
    if not saved.exists() or saved.stat().st_mtime < place.model.stat().st_mtime:
        shutil.rmtree(saved, ignore_errors=True)
        run(Command([str(place.python), "mlflow_model.py", str(saved)], SERVERS, own))
    words = [str(place.python), "-m", "mlflow", "models", "serve", "--env-manager", "local", "--model-uri", str(saved)]
    words += ["--port", str(place.port), "--workers", str(WORKERS)]
    return [Command(words, place.folder, own)]


KSERVE = Peer(
    name="kserve",
    title="KServe SDK",
    settings="two processes, uvloop; predict is async, so it needs no threads; its first protocol, the faster one",
    environment="kserve",
    workloads=ROW | {"iris-columns"},
    dialect=KSERVE_DIALECT,
    commands=_kserve,
)
BENTOML = Peer(
    name="bentoml",
    title="BentoML, batched",
    settings="two processes, batches of up to 64 rows",
    environment="bentoml",
    workloads=ROW,
    dialect=BENTOML_DIALECT,
    commands=_bentoml,
    batches=True,
)
LITSERVE = Peer(
    name="litserve",
    title="LitServe, batched",
    settings="two workers, batches of up to 64 rows within 1 ms, its fast queue",
    environment="litserve",
    workloads=ROW,
    dialect=MATRIX,
    commands=_litserve,
    batches=True,
)
MLFLOW = Peer(
    name="mlflow",
    title="MLflow",
    settings="two uvicorn processes, uvloop, httptools",
    environment="mlflow",
    workloads=ROW,
    dialect=MLFLOW_DIALECT,
    commands=_mlflow,
)
VETIVER = Peer(
    name="vetiver",
    title="vetiver",
    settings="two uvicorn processes, uvloop, httptools; it checks the types of columns",
    environment="vetiver",
    workloads=ROW,
    dialect=RECORDS_TO_PREDICT,
    commands=uvicorn("vetiver_model:app"),
)
