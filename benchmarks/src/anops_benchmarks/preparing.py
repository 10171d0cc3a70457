"""Installs what a run needs, and leaves out the peers for which that fails, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_benchmarks.environments import has_program, has_r_package, install_debian
from anops_benchmarks.run import say

if TYPE_CHECKING:
    from anops_benchmarks.environments import Environments
    from anops_benchmarks.peers.peer import Peer
    from anops_benchmarks.workloads import Workload

    Pairs = list[tuple[Workload, list[Peer]]]

_NO_R = "R is not installed; install it with what `make demo` needs, and run this again"


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
    if not has_program("wrk") and (remedy := install_debian(["wrk"])) is not None:
        raise SystemExit(f"✖ The loader wrk is missing: {remedy}")
    without_r = None if has_program("Rscript") else _NO_R
    if without_r is None and any(workload.language == "r" for workload, _ in pairs):
        # the models' own answers are asked of R in JSON
        without_r = _r_package("r-cran-jsonlite")
    reasons = {peer.name: _needs(peer, environments) for peer in peers_of(pairs)}
    kept: Pairs = []
    failures = []
    for workload, peers in pairs:
        whys = {peer.name: (without_r if workload.language == "r" else None) or reasons[peer.name] for peer in peers}
        kept.append((workload, [peer for peer in peers if whys[peer.name] is None]))
        lost = {name: why for name, why in whys.items() if why is not None}
        failures += [{"workload": workload.name, "peer": name, "failed": why} for name, why in lost.items()]
    for failure in failures:
        say(f"✖ {failure['workload']}: {failure['peer']} is left out: {failure['failed']}")
    return [(workload, peers) for workload, peers in kept if peers], failures


def _needs(peer: Peer, environments: Environments) -> str | None:
    """Install what a peer needs; return why that can't be done."""
    if peer.r_package:
        return _r_package(peer.r_package) if has_program("Rscript") else _NO_R
    return environments.make(peer.environment)


def _r_package(package: str) -> str | None:
    return None if has_r_package(package.removeprefix("r-cran-")) else install_debian([package])
