"""The command of the benchmarks: chooses what to measure, measures it, writes the results."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from anops_benchmarks.environments import Environments
from anops_benchmarks.peers.registry import PEERS
from anops_benchmarks.run import Plan, measure, say
from anops_benchmarks.workloads import CONNECTIONS, WORKLOADS


def main() -> int:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(prog="nox -s benchmarks --", description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--peers", default="")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--connections", default=",".join(map(str, CONNECTIONS)))
    parser.add_argument("--uv", required=True)
    parser.add_argument("--place", type=Path, required=True)
    flags = parser.parse_args()
    environments = Environments(flags.place, flags.uv)
    plan = Plan(
        rounds=flags.rounds,
        seconds=flags.seconds,
        connections=tuple(map(int, flags.connections.split(","))),
        place=flags.place / "run",
    )
    names = flags.only.split(",") if flags.only else [name for name, each in WORKLOADS.items() if each.default]
    records = []
    for name in names:
        chosen = [
            peer
            for peer in PEERS.values()
            if name in peer.workloads
            and (not flags.peers or {peer.name, peer.environment} & set(flags.peers.split(",")))
        ]
        for each in {peer.environment for peer in chosen}:
            if (why := environments.make(each)) is not None:
                say(why)
        records += measure(WORKLOADS[name], chosen, environments, plan)
    for record in records:
        if "failed" in record:
            continue
        say(
            f"{record['workload']:12} {record['peer']:14} {record['connections']:3} "
            f"{record['rate']:9.0f}/s p50 {record['p50_ms']:8.2f} p99 {record['p99_ms']:8.2f} "
            f"cpu {record['cpu_ms']:.3f} "
            f"mem {record['memory_mb']:.0f} start {record['start_s']:.2f} err {record['errors']}"
        )
    (flags.place / "results.json").write_text(json.dumps(records, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
