"""A real API server with its controllers, on this computer, and a node that runs nothing and says what a test wants."""

from __future__ import annotations

import contextlib
import json
import ssl
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any, Self

import httpx
import yaml
from free_ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "of-these-tests-alone"  # noqa: S105  opens nothing else
CONTEXT = "tested"
_SECONDS = 120


class ControlPlane:
    """etcd, kube-apiserver and kube-controller-manager, as `scripts/kubernetes_server.sh` has built them.

    Attributes:
        kubeconfig: The file by which `kubectl` reaches it.
        api: A client of the API.
    """

    def __init__(self, programs: Path, place: Path) -> None:
        self._programs, self._place = programs, place
        self._processes: list[subprocess.Popen[bytes]] = []
        self.kubeconfig = place / "kubeconfig"
        etcd, peer, self._port, controllers = free_ports(4)
        self._etcd = f"http://127.0.0.1:{etcd}"
        self._peer = f"http://127.0.0.1:{peer}"
        self._controllers = controllers

    def start(self) -> None:
        """Start all three, and wait until the API answers."""
        self._write_secrets()
        self._run(
            "etcd", f"--data-dir={self._place / 'etcd'}", f"--listen-client-urls={self._etcd}",
            f"--advertise-client-urls={self._etcd}", f"--listen-peer-urls={self._peer}",
            f"--initial-advertise-peer-urls={self._peer}", f"--initial-cluster=default={self._peer}",
        )  # fmt: skip
        self.start_api()
        self._run(
            "kube-controller-manager", f"--kubeconfig={self.kubeconfig}", "--leader-elect=false", "--port=0",
            f"--secure-port={self._controllers}", f"--cert-dir={self._place / 'controllers'}",
            "--controllers=*,-nodeipam,-nodelifecycle,-service,-route,-csrsigning,-csrapproving,-attachdetach,-podgc",
            f"--service-account-private-key-file={self._place / 'accounts.key'}",
        )  # fmt: skip

    def start_api(self) -> None:
        """Start the API server, and wait until it answers."""
        self._api = self._run(
            "kube-apiserver", f"--etcd-servers={self._etcd}", f"--secure-port={self._port}", "--insecure-port=0",
            "--bind-address=127.0.0.1", f"--cert-dir={self._place / 'certificates'}",
            f"--token-auth-file={self._place / 'tokens.csv'}", "--authorization-mode=RBAC",
            "--disable-admission-plugins=ServiceAccount", "--service-cluster-ip-range=10.96.0.0/16",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-signing-key-file={self._place / 'accounts.key'}",
            f"--service-account-key-file={self._place / 'accounts.key'}",
        )  # fmt: skip
        certificate = self._place / "certificates/apiserver.crt"
        until = time.monotonic() + _SECONDS
        while True:
            assert time.monotonic() < until, "the API server does not start"
            time.sleep(0.2)
            if certificate.is_file():
                self._write_kubeconfig(certificate)
                with contextlib.suppress(httpx.TransportError), self.client() as client:
                    if client.get("/readyz").status_code == httpx.codes.OK:
                        return

    def stop_api(self) -> None:
        """End the API server, so that the cluster is out of reach."""
        self._api.terminate()
        self._api.wait(timeout=_SECONDS)
        self._processes.remove(self._api)

    def client(self) -> httpx.Client:
        """Return a client of the API."""
        context = ssl.create_default_context(cafile=str(self._place / "certificates/apiserver.crt"))
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self._port}", verify=context, trust_env=False, timeout=30,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )  # fmt: skip

    def stop(self) -> None:
        """End all."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()

    def _write_secrets(self) -> None:
        (self._place / "tokens.csv").write_text(f'{TOKEN},tester,1,"system:masters"\n')
        key = ["openssl", "genrsa", "-out", str(self._place / "accounts.key"), "2048"]
        subprocess.run(key, check=True, capture_output=True)

    def _write_kubeconfig(self, certificate: Path) -> None:
        cluster = {"server": f"https://127.0.0.1:{self._port}", "certificate-authority": str(certificate)}
        told = {
            "apiVersion": "v1", "kind": "Config",
            "clusters": [{"name": CONTEXT, "cluster": cluster}],
            "users": [{"name": CONTEXT, "user": {"token": TOKEN}}],
            "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT}}],
            "current-context": CONTEXT,
        }  # fmt: skip
        self.kubeconfig.write_text(yaml.safe_dump(told))

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._place / f"{program}.log").open("ab") as log:
            command = [str(self._programs / program), *arguments]
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self._processes.append(process)
        return process


class Node:
    """Takes each pod that is to run, and says that it does; a pod with an image called `broken` does not start.

    Attributes:
        fewest_ready: By namespace, the fewest pods that answered at any moment since a test last cleared this.
    """

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self.fewest_ready: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _work(self) -> None:
        with self._plane.client() as client:
            while not self._ends.wait(0.1):
                with contextlib.suppress(httpx.TransportError):
                    self._look(client)

    def _look(self, client: httpx.Client) -> None:
        answer = client.get("/api/v1/pods")
        if answer.status_code != httpx.codes.OK:
            return
        ready: dict[str, int] = {}
        for pod in answer.json()["items"]:
            path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"
            if pod["metadata"].get("deletionTimestamp"):
                client.request("DELETE", path, json={"gracePeriodSeconds": 0})
            elif not pod["spec"].get("nodeName"):
                self._bind(client, path, pod)
            elif not (pod["status"].get("conditions") or [])[-1:] or pod["status"].get("phase") == "Pending":
                self._tell(client, path, pod)
            elif any(each["type"] == "Ready" and each["status"] == "True" for each in pod["status"]["conditions"]):
                name = pod["metadata"]["namespace"]
                ready[name] = ready.get(name, 0) + 1
        for name, number in ready.items():
            self.fewest_ready[name] = min(number, self.fewest_ready.get(name, number))

    def _bind(self, client: httpx.Client, path: str, pod: dict[str, Any]) -> None:
        target = {"apiVersion": "v1", "kind": "Node", "name": "pretended"}
        told = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod["metadata"]["name"]}, "target": target}
        client.post(f"{path}/binding", json=told)

    def _tell(self, client: httpx.Client, path: str, pod: dict[str, Any]) -> None:
        broken = any("broken" in each["image"] for each in pod["spec"]["containers"])
        state = (
            {"waiting": {"reason": "ErrImagePull", "message": "there is no such image"}}
            if broken
            else {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
        )
        containers = [
            {"name": each["name"], "image": each["image"], "imageID": "", "ready": not broken, "restartCount": 0,
             "started": not broken, "state": state}
            for each in pod["spec"]["containers"]
        ]  # fmt: skip
        said = str(not broken)
        conditions = [{"type": each, "status": said} for each in ("Initialized", "ContainersReady", "Ready")]
        phase = "Pending" if broken else "Running"
        status = {"phase": phase, "conditions": conditions, "containerStatuses": containers}
        client.patch(
            f"{path}/status", content=json.dumps({"status": status}),
            headers={"Content-Type": "application/strategic-merge-patch+json"},
        )  # fmt: skip


@contextlib.contextmanager
def control_plane(programs: Path, place: Path) -> Iterator[ControlPlane]:
    """Have a control plane meanwhile."""
    plane = ControlPlane(programs, place)
    try:
        plane.start()
        yield plane
    finally:
        plane.stop()
