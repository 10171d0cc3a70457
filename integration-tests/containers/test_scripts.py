"""The scripts that make an engine and a base image say what to do where they can't."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def machine(tmp_path: Path, root: Path) -> Machine:
    return Machine(tmp_path, root)


class Machine:
    """A machine whose programs are what a test says they are; the user is not root."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.root = root
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.has("id", 'case "$1" in -u) echo 1000;; *) echo ada;; esac')

    def has(self, program: str, script: str) -> None:
        file = self.bin / program
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)

    def lacks(self, *programs: str) -> None:
        """Leave out of PATH some programs that this machine may have."""
        for folder in ("/usr/bin", "/bin"):
            for name in os.listdir(folder):  # noqa: PTH208  names alone
                link = self.bin / name
                if name not in programs and not link.exists():
                    link.symlink_to(f"{folder}/{name}")

    def run(self, script: str, *arguments: str, path: str = "/usr/bin:/bin", **environment: str) -> tuple[int, str]:
        variables = {"PATH": f"{self.bin}:{path}", **environment}
        done = subprocess.run(
            [self.root / "scripts" / script, *arguments], env=variables, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr


def test_an_engine_that_answers_is_left_alone(machine: Machine) -> None:
    machine.has("docker", "exit 0")
    assert machine.run("docker_engine.sh") == (0, "")


def test_an_engine_that_may_not_be_used_is_told_from_none(machine: Machine) -> None:
    machine.has("docker", 'echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1')
    code, said = machine.run("docker_engine.sh")
    assert code == 1
    assert "✖ A Docker engine runs here, but you (ada) may not use it." in said
    assert "→ Join its group and log in again: sudo usermod --append --groups docker ada" in said


def test_an_engine_elsewhere_that_does_not_answer_is_named(machine: Machine) -> None:
    machine.has("docker", 'echo "Cannot connect to the Docker daemon" >&2; exit 1')
    code, said = machine.run("docker_engine.sh", DOCKER_HOST="tcp://127.0.0.1:1")
    assert code == 1
    assert "✖ The Docker engine at DOCKER_HOST=tcp://127.0.0.1:1 does not answer." in said


def test_without_an_engine_and_root_it_says_what_to_install(machine: Machine) -> None:
    machine.lacks("docker", "dockerd")
    code, said = machine.run("docker_engine.sh", path="")
    assert code == 1
    assert "✖ No Docker engine is installed here, and installing one needs root." in said
    assert "→ On Debian or Ubuntu: sudo apt-get install --no-install-recommends docker.io iptables" in said


def test_an_engine_that_is_only_not_running_is_not_installed_again(machine: Machine) -> None:
    machine.has("docker", 'echo "Cannot connect to the Docker daemon" >&2; exit 1')
    machine.has("dockerd", "exit 1")
    code, said = machine.run("docker_engine.sh")
    assert code == 1
    assert "→ Start it: sudo systemctl start docker" in said


def test_a_base_image_that_is_there_is_left_alone(machine: Machine) -> None:
    machine.has("docker", "exit 0")
    assert machine.run("base_image.sh") == (0, "")


UNREACHABLE = """
case "$1" in
    version) exit 0 ;;
    *) echo "lookup of the registry: no such host" >&2; exit 1 ;;
esac"""


def test_without_registry_and_mmdebstrap_it_says_what_to_install(machine: Machine) -> None:
    machine.has("docker", UNREACHABLE)
    machine.lacks("mmdebstrap", "docker")
    code, said = machine.run("base_image.sh", path="")
    assert code == 1
    assert "Can't pull debian:trixie-slim (lookup of the registry: no such host)" in said
    assert "→ Install it: sudo apt-get install --no-install-recommends mmdebstrap" in said


def test_a_base_that_is_not_debian_can_not_be_made(machine: Machine) -> None:
    machine.has("docker", UNREACHABLE)
    code, said = machine.run("base_image.sh", BASE="fedora:43")
    assert code == 1
    assert "✖ Can't make fedora:43: only Debian trixie can be made here." in said


def test_certificates_that_are_not_there_are_named(machine: Machine) -> None:
    machine.has("docker", UNREACHABLE)
    code, said = machine.run("base_image.sh", SSL_CERT_FILE="/nowhere/ca.pem")
    assert code == 1
    assert "✖ SSL_CERT_FILE names /nowhere/ca.pem, which can't be read." in said
