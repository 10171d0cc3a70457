"""A node whose pods are processes of this computer, and a `kubectl` that finds them: there is no kubelet to do both."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Self

from control_plane import Node
from free_ports import free_ports

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from control_plane import ControlPlane

PORTS = (8786, 8787)
_KUBECTL = """#!{python}
import asyncio, json, os, sys
from pathlib import Path

async def passed(source, target):
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    finally:
        target.close()

async def forward():
    known = json.loads(Path("{ports}").read_text())
    for pair in sys.argv[-len(known):]:
        here, _, there = pair.partition(":")
        async def come_in(reader, writer, port=known[there]):
            back, far = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(passed(reader, far), passed(back, writer), return_exceptions=True)
        server = await asyncio.start_server(come_in, "127.0.0.1", int(here or 0))
        print(f"Forwarding from 127.0.0.1:{{server.sockets[0].getsockname()[1]}} -> {{there}}", flush=True)
    await asyncio.Event().wait()

if sys.argv[1] == "port-forward":
    asyncio.run(forward())
os.execv("{real}", ["kubectl", *sys.argv[1:]])
"""


class RunningNode(Node):
    """Runs the command of each pod's container, with the files of its Secret, and says that it is ready.

    Attributes:
        path: The PATH with the `kubectl` that leads to the pods.
    """

    def __init__(self, plane: ControlPlane, place: Path) -> None:
        super().__init__(plane)
        self._place = place
        self._ports = dict(zip(map(str, PORTS), free_ports(len(PORTS)), strict=True))
        (place / "ports.json").write_text(json.dumps(self._ports))
        program = place / "bin" / "kubectl"
        program.parent.mkdir()
        program.write_text(
            _KUBECTL.format(python=sys.executable, ports=place / "ports.json", real=shutil.which("kubectl"))
        )
        program.chmod(0o700)
        self.path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return super().__enter__()

    def __exit__(self, *told: object) -> None:
        super().__exit__(*told)
        for process in self.running.values():
            process.kill()
            process.wait()

    def _look(self, client: httpx.Client) -> None:
        super()._look(client)
        answer = client.get("/api/v1/pods")
        kept = {pod["metadata"]["name"] for pod in answer.json().get("items", ())}
        for name in set(self.running) - kept:
            process = self.running.pop(name)
            process.kill()
            process.wait()

    def _tell(self, client: httpx.Client, path: str, pod: dict[str, Any]) -> None:
        (container,) = pod["spec"]["containers"]
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        if "broken" not in container["image"]:
            place = self._place / name
            place.mkdir()
            (volume,) = [each for each in pod["spec"]["volumes"] if "secret" in each]
            secret = client.get(f"/api/v1/namespaces/{namespace}/secrets/{volume['secret']['secretName']}").json()
            for file, content in secret["data"].items():
                (place / file).write_bytes(base64.b64decode(content))
            command = [self._here(each, place) for each in container["command"]]
            with (place / "log.txt").open("wb") as log:
                process = subprocess.Popen(command, cwd=place, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            self.running[name] = process
        super()._tell(client, path, pod)

    def _here(self, word: str, place: Path) -> str:
        for port, free in self._ports.items():
            word = word.replace(port, str(free))
        told = {"python": sys.executable, "/tmp": str(place)}  # noqa: S108  inside a container
        return told.get(word, word.replace("/tls/", f"{place}/").replace("//scheduler:", "//127.0.0.1:"))
