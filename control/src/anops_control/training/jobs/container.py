"""Does the steps of a training in a container: a program that hands requests in and answers out.

The container ends with this program: by a signal it is removed, and however else this ends, the container's standard
input ends too, which ends the steps.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from docker.errors import APIError, DockerException
from docker.utils.socket import frames_iter

from anops_control.building.engine import connect, explanation
from anops_control.errors import CommandError
from anops_control.run_lines import VARIABLE, LineKind, RunLine, tell
from anops_control.surroundings import Surroundings, surrounded
from anops_control.tracking.circumstances import LISTED, MAX_MEMORY, listing_command
from anops_control.training.jobs.asking import Answering
from anops_control.training.jobs.job import ContainerOrder

if TYPE_CHECKING:
    import docker

LABEL = "org.anops.training"
_END = b"\x1e"
_START = '[ -f "$0" ] || exit 97; PATH="$1:$PATH"; export PATH; shift; exec "$@"'
"""Puts the folder of `ao` on PATH, where the project is seen at all."""
_NOT_SEEN = 97
_SIGNALS = range(129, 193)
_MEMORY = ["sh", "-c", "grep -h VmHWM /proc/[0-9]*/status"]


class Container:
    """The container of one run."""

    def __init__(self, client: docker.APIClient, order: ContainerOrder, programs: Path) -> None:
        self._client = client
        self._beside = connect()  # of another thread: one looks inside while the other waits
        self._order = order
        limits: dict[str, Any] = {}
        if order.memory_bytes is not None:
            limits |= {"mem_limit": order.memory_bytes, "memswap_limit": order.memory_bytes}
        if order.cpus is not None:
            limits["nano_cpus"] = int(order.cpus * 1e9)
        seen = {order.folder: {"bind": order.folder, "mode": "rw"}}
        seen |= {each: {"bind": each, "mode": "ro"} for each in order.read_only}
        self.id: str = client.create_container(
            order.image,
            entrypoint=["sh", "-c", _START, order.plan, str(programs), *order.command],
            command=[],
            user=order.user,
            working_dir=order.folder,
            environment=order.environment,
            stdin_open=True,
            labels={LABEL: order.run},
            healthcheck={"test": ["NONE"]},
            host_config=client.create_host_config(
                binds=seen, init=True, auto_remove=True, cap_drop=["ALL"], security_opt=["no-new-privileges"], **limits
            ),
        )["Id"]

    def run(self) -> int:
        """Hand requests in and answers out until there are no more, and return how it ended."""
        params = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        joined: Any = self._client.attach_socket(self.id, params=params)
        with ThreadPoolExecutor(1) as pool:
            ended = pool.submit(self._waited)
            try:
                self._client.start(self.id)
                threading.Thread(target=self._hand_in, args=(joined,), daemon=True).start()
                marks: queue.SimpleQueue[str] = queue.SimpleQueue()
                threading.Thread(target=self._look, args=(marks,), daemon=True).start()
                for _, data in frames_iter(joined, tty=False):
                    sys.stdout.buffer.write(data)
                    sys.stdout.buffer.flush()
                    if _END in data:
                        marks.put("ended")
            except BaseException:
                self.kill()  # the thread that waits for its end would keep this program
                raise
            return ended.result()

    def kill(self) -> None:
        """End it, with all in it; the engine then removes it."""
        with suppress(APIError, requests.RequestException):
            self._client.kill(self.id)

    def _waited(self) -> int:
        with suppress(APIError):
            return int(self._client.wait(self.id, condition="next-exit")["StatusCode"])
        return 1

    def _hand_in(self, joined: Any) -> None:  # noqa: ANN401  what docker-py returns is untyped
        channel = getattr(joined, "_sock", joined)
        with suppress(OSError):
            while got := os.read(0, 1 << 16):
                channel.sendall(got)
        with suppress(OSError):
            channel.shutdown(1)  # no more is written

    def _look(self, marks: queue.SimpleQueue[str]) -> None:
        """Tell which image it was, what is installed inside, and how much memory the largest process took."""
        lines = Path(self._order.environment[VARIABLE])
        tell(lines, RunLine(kind=LineKind.TAG, name="anops.image", value=self._order.image))
        tell(lines, RunLine(kind=LineKind.TAG, name="anops.image_name", value=self._order.name))
        with suppress(APIError, requests.RequestException):
            said = self._said(listing_command(self._order.language, "python"))
            (Path(self._order.plan).parent / LISTED).write_bytes(said)
            while marks.get():
                tell(lines, RunLine(kind=LineKind.METRIC, name=MAX_MEMORY, value=self._memory(), time=time.time()))

    def _memory(self) -> float:
        lines = self._said(_MEMORY).decode(errors="replace").splitlines()
        return max((int(line.split()[1]) for line in lines if len(line.split()) > 1), default=0) / 1024

    def _said(self, command: list[str]) -> bytes:
        started = self._beside.exec_create(self.id, command, stderr=False, user=self._order.user)["Id"]
        said: bytes = self._beside.exec_start(started)
        return said


def main() -> int:
    """Read the order, and do what is asked."""
    order = ContainerOrder(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with surrounded(Surroundings.of(os.environ)):
        try:
            code = _run(order)
        except CommandError as error:
            said = str(error)
        except APIError as error:
            said = f"The Docker engine refused: {explanation(error)}"
        except (DockerException, requests.RequestException) as error:
            said = f"The connection to the Docker engine was lost: {error}"
        else:
            if code in _SIGNALS:  # as if it had been a process of here
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                os.kill(os.getpid(), code - 128)
            if code != _NOT_SEEN:
                return code
            said = f"The containers of this Docker engine don't see {order.folder}: it runs on another computer."
    sys.stdout.write(f"✖ {said}\n")
    return 1


def _run(order: ContainerOrder) -> int:
    client = connect()
    with Answering(Path(order.place)) as answering:
        container = Container(client, order, answering.bin)
        return container.run()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # a thread that waits for requests would keep it
