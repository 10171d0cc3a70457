"""The command of the benchmarks: chooses what to measure, measures it, writes the results."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_benchmarks.circumstances import circumstances
from anops_benchmarks.environments import Environments
from anops_benchmarks.peers.registry import PEERS
from anops_benchmarks.preparing import peers_of, prepare
from anops_benchmarks.publishing import COMMITTED, publish, write
from anops_benchmarks.results import Results
from anops_benchmarks.run import Plan, measure, say
from anops_benchmarks.table import plain
from anops_benchmarks.workloads import CONNECTIONS, WORKLOADS

if TYPE_CHECKING:
    from anops_benchmarks.peers.peer import Peer
    from anops_benchmarks.workloads import Workload

ROUNDS, SECONDS = 3, 1
ALL_ROUNDS, ALL_SECONDS = 7, 3


def main() -> int:
    """Run the benchmarks."""
    # so that the peers end with it, however it ends
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    flags = _flags()
    if flags.render is not None:
        publish(Results.read(flags.render))
        return 0
    environments = Environments(flags.place, flags.uv)
    pairs, failures = prepare(choose(flags.only, flags.peers, every=flags.all), environments)
    rounds = flags.rounds or (ALL_ROUNDS if flags.all else ROUNDS)
    seconds = flags.seconds or (ALL_SECONDS if flags.all else SECONDS)
    plan = Plan(rounds, seconds, tuple(flags.connections), flags.place / "run")
    facts = circumstances(environments, peers_of(pairs)) | {"rounds": rounds, "seconds": seconds}
    results = Results(facts, [], failures)
    records: list[dict[str, Any]] = []
    begin = time.monotonic()
    for workload, peers in pairs:
        found, failed = measure(workload, peers, environments, plan)
        records += found
        failures += failed
        # what was measured is kept, whatever becomes of the rest
        results = Results(facts, records, failures)
        write(results, flags.place / "results")
    say(f"measured in {(time.monotonic() - begin) / 60:.1f} minutes")
    say(plain(results))
    say(f"tables and plot: {flags.place / 'results'}")
    if flags.publish:
        publish(results)
        say(f"published: {COMMITTED}")
    return 0


def choose(only: list[str], names: list[str], *, every: bool) -> list[tuple[Workload, list[Peer]]]:
    """Return the workloads that were asked for, each with its peers.

    Args:
        only: The workloads; none means all.
        names: Peers, or environments of peers; none means all.
        every: Whether workloads are asked with all their numbers of connections.
    """
    pairs = []
    for workload in WORKLOADS.values():
        connections = tuple(sorted({*workload.connections, *(workload.more_connections if every else ())}))
        peers = [
            peer
            for peer in PEERS.values()
            if workload.name in peer.workloads and (not names or {peer.name, peer.environment} & set(names))
        ]
        if peers and (not only or workload.name in only):
            pairs.append((replace(workload, connections=connections), peers))
    return pairs


def _flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="nox -s benchmarks --", description="Measures AnOps and its peers with the same models, bodies and loader."
    )
    words, numbers = (lambda text: text.split(",")), (lambda text: [int(part) for part in text.split(",")])
    parser.add_argument("--only", type=words, default=[], help=f"workloads: {', '.join(WORKLOADS)}")
    parser.add_argument("--peers", type=words, default=[], help=f"peers: {', '.join(PEERS)}")
    parser.add_argument("--connections", type=numbers, default=list(CONNECTIONS), help="how many ask at once: 1,16,64")
    parser.add_argument("--rounds", type=int, default=0, help=f"how often each load is repeated (default: {ROUNDS})")
    parser.add_argument("--seconds", type=int, default=0, help=f"how long a load takes (default: {SECONDS})")
    parser.add_argument("--all", action="store_true", help="more numbers of connections, more and longer rounds")
    parser.add_argument("--publish", action="store_true", help="write into benchmarks/results and the documentation")
    parser.add_argument(
        "--render",
        type=Path,
        nargs="?",
        const=COMMITTED / "results.json",
        help="measure nothing: publish the results of a file (default: those that are committed)",
    )
    parser.add_argument("--uv", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--place", type=Path, required=True, help=argparse.SUPPRESS)
    flags = parser.parse_args()
    if flags.publish and (flags.only or flags.peers):
        parser.error("--publish is for a run of all workloads and peers")
    for unknown in set(flags.only) - set(WORKLOADS):
        parser.error(f"there is no workload `{unknown}`; there are {', '.join(WORKLOADS)}")
    for unknown in set(flags.peers) - set(PEERS) - {peer.environment for peer in PEERS.values()}:
        parser.error(f"there is no peer `{unknown}`; there are {', '.join(PEERS)}")
    return flags


if __name__ == "__main__":
    sys.exit(main())
