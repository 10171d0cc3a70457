"""What people write by hand: FastAPI around a model of Python or, through rpy2, of R."""

from __future__ import annotations

from anops_benchmarks.dialects import HAND_WRITTEN
from anops_benchmarks.peers.peer import MATRICES, ROW, Peer, R, uvicorn

FASTAPI = Peer(
    name="fastapi",
    title="FastAPI, tuned by hand",
    settings="two uvicorn processes, uvloop, httptools, orjson; pydantic parses and checks in one step; no threads",
    environment="fastapi",
    workloads=ROW | MATRICES,
    dialect=HAND_WRITTEN,
    commands=uvicorn("fastapi_{model}:app"),
)
RPY2 = Peer(
    name="rpy2",
    title="FastAPI with rpy2, naive",
    settings="two uvicorn processes, uvloop, httptools; data frames by pandas2ri",
    environment="rpy2",
    workloads=R,
    dialect=HAND_WRITTEN,
    commands=uvicorn("rpy2_cars:app"),
)
