"""`ao control` says where programs find it, and how they get in."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AO = [sys.executable, "-P", "-m", "ao"]


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start it, and read what it says until it is there."""
    with subprocess.Popen(
        [*AO, "control", *arguments], cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        said = ""
        while "Ctrl-C stops it." not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        try:
            yield process, said
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(90) == 0


def test_programs_get_to_the_control_service_as_it_says(tmp_path: Path) -> None:
    with started(tmp_path, "my projects", "--port", "0") as (_, said):
        typed = re.search(r"curl .*", said)
        assert typed is not None
        answer = subprocess.run(typed[0], shell=True, check=True, capture_output=True, text=True)  # noqa: S602  as printed
        assert json.loads(answer.stdout) == {"projects": []}


def test_a_taken_port_of_the_control_service_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [*AO, "control", "--port", port], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    assert ended.returncode == 5
    assert f"✖ Port {port} can't be used" in ended.stderr
    assert "→ Choose another one, or let it take any: ao control --port 0" in ended.stderr
    with started(tmp_path, "--port", "0") as (_, said):
        assert "✔ The control service listens on http://127.0.0.1:" in said


def test_it_listens_elsewhere_with_a_certificate_alone(tmp_path: Path) -> None:
    for arguments, told in (
        (
            ("--host", "192.0.2.7"),
            "✖ On 192.0.2.7 other computers can ask, and anyone on the way could read their keys.",
        ),
        (("--https-key", "key.pem"), "✖ https_certificate and https_key must be given together."),
        (("--jwt-issuer", "https://login.example.org"), "✖ jwt_issuer needs jwt_audience too"),
    ):
        ended = subprocess.run([*AO, "control", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stderr.startswith(told)) == (2, True), ended.stderr


def test_a_token_that_others_may_read_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / ".anops-control"
    folder.mkdir()
    (folder / "token").write_text("known\n")
    (folder / "token").chmod(0o644)
    ended = subprocess.run([*AO, "control", "--port", "0"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode
    assert "Others may read the token" in ended.stderr
