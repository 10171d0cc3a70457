"""Installs what a run needs, and leaves out the peers for which that fails, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_benchmarks.environments import has_r_package, install_debian, missing_programs
from anops_benchmarks.run import say

if TYPE_CHECKING:
    from anops_benchmarks.environments import Environments
    from anops_benchmarks.peers.peer import Peer
    from anops_benchmarks.workloads import Workload

    Pairs = list[tuple[Workload, list[Peer]]]


def peers_of(pairs: Pairs) -> list[Peer]:
    """Return all peers, each once."""
    return list({peer.name: peer for _, peers in pairs for peer in peers}.values())


def prepare(pairs: Pairs, environments: Environments) -> tuple[Pairs, list[dict[str, str]]]:
    """Install what workloads and their peers need.

    Returns:
        What can be measured, and why peers were left out.

    Raises:
        SystemExit: The loader is missing and can't be installed.
    """
    peers = peers_of(pairs)
    packages = {peer.name: peer.r_package for peer in peers if peer.r_package}
    absent = {name: package for name, package in packages.items() if not has_r_package(package.removeprefix("r-cran-"))}
    missing = [*missing_programs(["wrk"]), *absent.values()]
    remedy = install_debian(missing) if missing else None
    if remedy is not None and "wrk" in missing:
        raise SystemExit(f"✖ The loader wrk is missing: {remedy}")
    reasons = dict.fromkeys(absent, remedy) if remedy else {}
    for peer in peers:
        if peer.environment and (why := environments.make(peer.environment)) is not None:
            reasons[peer.name] = why
    for name, why in reasons.items():
        say(f"✖ {name} is left out: {why}")
    failures = [
        {"workload": workload.name, "peer": peer.name, "failed": str(reasons[peer.name])}
        for workload, chosen in pairs
        for peer in chosen
        if peer.name in reasons
    ]
    return [(workload, [peer for peer in chosen if peer.name not in reasons]) for workload, chosen in pairs], failures
