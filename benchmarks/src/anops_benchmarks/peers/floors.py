"""The floors: what the same processes take when nothing is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_benchmarks.dialects import ECHO as DIALECT
from anops_benchmarks.peers.peer import SERVERS, Peer, uvicorn
from anops_benchmarks.processes import Command, free_port

if TYPE_CHECKING:
    from anops_benchmarks.peers.peer import Workspace


def _two_hops(place: Workspace) -> list[Command]:
    far = free_port()
    near = uvicorn("echo_two_hops:app", workers=1)(place)[0]
    near.environment["FAR_END"] = f"127.0.0.1:{far}"
    return [Command([str(place.python), "echo_far_end.py", str(far)], SERVERS), near]


ECHO = Peer(
    name="echo",
    title="floor: ASGI echo",
    settings="one uvicorn process, uvloop, httptools; no framework, no model",
    environment="echo",
    workloads=frozenset({"iris"}),
    dialect=DIALECT,
    commands=uvicorn("echo_asgi:app", workers=1),
    floor=True,
)
ECHO_TWO_HOPS = Peer(
    name="echo-two-hops",
    title="floor: ASGI and gRPC echo",
    settings="one uvicorn process before one grpc.aio process, one call for each request; no model",
    environment="echo",
    workloads=frozenset({"iris"}),
    dialect=DIALECT,
    commands=_two_hops,
    floor=True,
)
