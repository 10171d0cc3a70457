"""A registry as a process on this machine, which speaks TLS and asks for a password."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from free_ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "anna", "a secret"


@dataclass(frozen=True)
class Registry:
    """A registry with a password, on this machine."""

    host: str
    certificate: Path


@contextmanager
def registry(folder: Path) -> Iterator[Registry]:
    """Run a registry that speaks TLS and asks for a password."""
    host = f"127.0.0.1:{free_ports(1)[0]}"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    hashed = subprocess.run(
        ["htpasswd", "-Bbn", USER, PASSWORD], check=True, capture_output=True, text=True
    ).stdout.strip()
    (folder / "htpasswd").write_text(hashed + "\n")
    settings = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder / "images")}},
        "http": {"addr": host, "tls": {"certificate": str(folder / "cert.pem"), "key": str(folder / "key.pem")}},
        "auth": {"htpasswd": {"realm": "tests", "path": str(folder / "htpasswd")}},
        "log": {"level": "error", "accesslog": {"disabled": True}},
    }
    (folder / "registry.yml").write_text(json.dumps(settings))  # JSON is YAML, too
    with (folder / "registry.log").open("w") as log:
        process = subprocess.Popen(
            ["docker-registry", "serve", folder / "registry.yml"], stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        _wait_for(host, process)
        yield Registry(host, folder / "cert.pem")
    finally:
        process.terminate()
        process.wait()


def _wait_for(host: str, process: subprocess.Popen[bytes]) -> None:
    address = (host.partition(":")[0], int(host.partition(":")[2]))
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            assert process.poll() is None, "the registry has ended"
            assert time.monotonic() < end, "the registry does not answer"
            time.sleep(0.05)
        else:
            return
