"""Puts load on a peer with wrk, and reads what wrk says."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "load.lua"


@dataclass(frozen=True)
class Load:
    """What came of one load.

    Attributes:
        requests: How many were answered.
        seconds: How long it took.
        p50_ms: Half of the answers took at most that long, in milliseconds.
        p99_ms: 99 of 100 answers took at most that long.
        errors: How many connections failed or timed out, and answers that were no 200.
    """

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: int

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return max(0, self.requests - self.errors) / self.seconds


def parse(output: str) -> Load:
    """Read the line of JSON with which the script ends.

    Raises:
        ValueError: There is none, or nothing was answered.
    """
    lines = [line for line in output.splitlines() if line.startswith("{")]
    if not lines:
        raise ValueError(f"wrk did not say what came of the load:\n{output}")
    said = json.loads(lines[-1])
    if not said["requests"]:
        raise ValueError("nothing was answered while the load lasted")
    return Load(
        requests=said["requests"],
        seconds=said["microseconds"] / 1e6,
        p50_ms=said["p50_us"] / 1e3,
        p99_ms=said["p99_us"] / 1e3,
        errors=said["errors"] + said["refused"],
    )


def load(url: str, path: str, bodies: Path, *, connections: int, seconds: int, keep_alive: bool = True) -> Load:
    """Ask for some seconds.

    Args:
        url: The peer, without a path.
        path: Where to send bodies.
        bodies: The folder of the bodies, files 0, 1, 2, ...
        connections: How many ask at the same time, each one request after the other.
        seconds: For how long; wrk takes whole seconds.
        keep_alive: Whether a connection is used again.

    Raises:
        ValueError: wrk failed.
    """
    count = len(list(bodies.iterdir()))
    # one thread: it feeds the fastest floor here, and leaves the cores to the services
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(SCRIPT), url]
    words += ["--", path, str(bodies), str(count), "keep-alive" if keep_alive else "close"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=seconds + 60)
    return parse(done.stdout + done.stderr)
