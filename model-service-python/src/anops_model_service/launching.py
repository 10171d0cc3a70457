"""Starts the process that loads the model: with few imports, since nothing else takes as long."""

from __future__ import annotations

import os
import signal
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_project.model_environment import MODEL_ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Launched:
    """A process that loads a model.

    Attributes:
        pid: Its process ID.
        control: The socket by which it takes orders; see `fork_server`.
        folder: The project's, as it was given.
        scratch: The folder for its temporary files.
        python: The Python that loads the model.
        taken: Whether somebody else sees to its end.
    """

    pid: int
    control: socket.socket
    folder: Path
    scratch: Path
    python: str
    taken: bool = False

    def stop(self) -> None:
        """End it, where nobody has taken it over."""
        if not self.taken:
            self.taken = True
            self.control.close()
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def launch(
    folder: Path, scratch: Path, python: str = sys.executable, *, digest: str = "", isolation: str = "auto"
) -> Launched:
    """Start a process that loads a model and then waits for orders.

    Args:
        folder: The project's.
        scratch: The folder for its temporary files, in that of the service.
        python: The Python that loads the model, in whose environment its packages are.
        digest: The digest that the model must have; empty: any.
        isolation: Whether the model's code is kept from the network and from files: `isolation.IsolationMode`.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.set_inheritable(True)
        pid = os.posix_spawn(
            python,
            [
                python,
                "-m",
                "anops_worker.fork_server",
                f"--control={theirs.fileno()}",
                f"--project={folder}",
                f"--digest={digest}",
                f"--isolation={isolation}",
                f"--scratch={scratch.parent}",
            ],
            MODEL_ENVIRONMENT | dict(os.environ) | {"TMPDIR": str(scratch)},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                # what a model prints belongs in the log
                (os.POSIX_SPAWN_DUP2, 2, 1),
            ],
        )
    return Launched(pid, ours, folder, scratch, python)
