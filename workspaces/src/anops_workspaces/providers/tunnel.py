"""The process that keeps a way open from this computer to the scheduler in a Kubernetes cluster."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from anops_control.child_environment import child_environment
from anops_control.standing import keeping
from anops_control.standing.keeping import FORM, READY
from anops_control.standing.kept import write_whole

_AGAIN_SECONDS = 1.0
_FORWARDED = re.compile(r"Forwarding from 127\.0\.0\.1:(\d+) -> (\d+)")


class Tunnel:
    """Runs `kubectl port-forward`, again when it ends: a pod was replaced, or the network was away.

    Args:
        place: The folder of the workspace, which says where to.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._form: dict[str, Any] = json.loads((place / FORM).read_text(encoding="utf-8"))
        self._here: list[int] = []
        self._ends = threading.Event()
        self._process: subprocess.Popen[str] | None = None

    def end(self, *_: object) -> None:
        """Close it."""
        self._ends.set()
        if self._process is not None:
            self._process.terminate()

    def keep(self) -> int:
        """Keep it open until it is wanted no more.

        Returns:
            0, or 1 where it could not be opened the first time.
        """
        while not self._ends.is_set():
            self._once()
            if not self._here:
                return 1
            self._ends.wait(_AGAIN_SECONDS)
        return 0

    def _once(self) -> None:
        there = self._form["ports"]
        where = [f"--{name}={self._form[name]}" for name in ("context", "kubeconfig", "namespace") if self._form[name]]
        # the same ports again: clients know them
        here = [str(each) for each in self._here] or [""] * len(there)
        ports = [f"{each}:{port}" for each, port in zip(here, there, strict=True)]
        command = ["kubectl", "port-forward", *where, "--address=127.0.0.1", f"service/{self._form['service']}", *ports]
        self._process = subprocess.Popen(  # noqa: S603  the person's own program
            command, env=child_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        if self._ends.is_set():
            self._process.terminate()
        found: dict[int, int] = {}
        with self._process:
            for line in self._process.stdout or ():
                if told := _FORWARDED.match(line):
                    found[int(told[2])] = int(told[1])
                if not self._here and len(found) == len(there):
                    self._here = list(found.values())
                    write_whole(self._place / READY, json.dumps({"ports": self._here}))


def main() -> int:
    """Keep the way whose folder is named on the command line.

    Returns:
        0 when it was told to end.
    """
    keeping.own(int(sys.argv[2]))
    tunnel = Tunnel(Path(sys.argv[1]))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, tunnel.end)
    with suppress(KeyboardInterrupt):
        return tunnel.keep()
    return 0


if __name__ == "__main__":
    sys.exit(main())
