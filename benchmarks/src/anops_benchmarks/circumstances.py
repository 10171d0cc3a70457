"""Says where a run takes place: the machine, and the versions of all that is measured."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_benchmarks.environments import Environments
    from anops_benchmarks.peers.peer import Peer


def circumstances(environments: Environments, peers: Iterable[Peer]) -> dict[str, Any]:
    """Return what a reader must know to believe the figures, or to make them again."""
    versions = {}
    for peer in peers:
        versions[peer.name] = environments.versions(peer.environment, peer.shows) if peer.environment else {}
        if peer.beside:
            versions[peer.name] |= environments.versions(peer.beside, peer.shows)
        if peer.r_package:
            name = peer.r_package.removeprefix("r-cran-")
            versions[peer.name][name] = _said("Rscript", "--vanilla", "-e", f"cat(format(packageVersion('{name}')))")
    distribution = _first("/etc/os-release", r'PRETTY_NAME="(.*)"')
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "commit": _said("git", "describe", "--always", "--dirty"),
        "processor": _first("/proc/cpuinfo", r"model name\s*: (.*)") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(_first("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0) / 2**20),
        "system": f"{distribution}, Linux {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "r": _said("Rscript", "--vanilla", "-e", "cat(format(getRversion()))") or "none",
        "wrk": " ".join(_said("wrk", "-v").split()[:2]),
        "load": os.getloadavg()[0],
        "versions": versions,
    }


def _said(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def _first(file: str, pattern: str) -> str:
    found = re.search(pattern, Path(file).read_text(encoding="utf-8"))
    return found.group(1).strip() if found else ""
