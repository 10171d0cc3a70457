"""An engine without disk space is told from all other faults, with a real engine on a small disk."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from building import ao, write_line_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


START = """
mount -t tmpfs -o size=40m tmpfs "$0/disk"
exec dockerd --host "unix://$0/e.sock" --data-root "$0/disk" --exec-root "$0/x" --pidfile "$0/pid" \\
    --bridge none --iptables=false --ip6tables=false
"""


@contextmanager
def small_engine(folder: Path) -> Iterator[str]:
    """Run an engine that has 40 MB, and return its DOCKER_HOST."""
    (folder / "disk").mkdir()
    place = folder / "e.sock"
    # in a network of its own: an engine without a bridge removes the one of all others
    command = ["unshare", "--net", "--mount", "sh", "-c", START, folder]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _wait_for(place, process)
            yield f"unix://{place}"
        finally:
            process.terminate()


def _wait_for(place: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while True:
        with socket.socket(socket.AF_UNIX) as caller:
            if caller.connect_ex(str(place)) == 0:
                return
        assert process.poll() is None, "the engine has ended"
        assert time.monotonic() < end, "the engine does not answer"
        time.sleep(0.1)


def test_a_full_disk_is_named(tmp_path: Path, root: Path) -> None:
    project = write_line_project(tmp_path / "line", root / "examples/iris-species/Dockerfile")
    (project / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    (project / "model.json").write_bytes(b"\0" * 60_000_000)
    with small_engine(tmp_path) as place:
        ended = ao("build", "--no-test", folder=project, DOCKER_HOST=place)
    assert ended.code == 12, ended.stderr
    assert ended.message[0] == "✖ The Docker engine has no disk space left."
    assert "`docker system df`" in ended.message[-1]
