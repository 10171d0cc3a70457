"""All peers, in the order of the table."""

from __future__ import annotations

from anops_benchmarks.peers.anops import ANOPS
from anops_benchmarks.peers.floors import ECHO, ECHO_TWO_HOPS
from anops_benchmarks.peers.frameworks import BENTOML, KSERVE, LITSERVE, MLFLOW, VETIVER
from anops_benchmarks.peers.mlserver import MLSERVER, MLSERVER_BATCHED, MLSERVER_WORKERS
from anops_benchmarks.peers.plumber import PLUMBER
from anops_benchmarks.peers.written_by_hand import FASTAPI, RPY2

PEERS = {
    peer.name: peer
    for peer in (
        ANOPS,
        FASTAPI,
        KSERVE,
        MLSERVER,
        MLSERVER_WORKERS,
        MLSERVER_BATCHED,
        VETIVER,
        MLFLOW,
        LITSERVE,
        BENTOML,
        PLUMBER,
        RPY2,
        ECHO,
        ECHO_TWO_HOPS,
    )
}
