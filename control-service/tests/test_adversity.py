"""What goes wrong outside of the service is a plain answer, and nothing of it stays or hangs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from anops_control_service.jobs.printed_room import PrintedRoom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

TOML = """
[project]
name = "waits"
version = "1.0.0"
language = "python"
[model]
artifact = "model.joblib"
[model.inputs]
wt = "number"
[model.outputs]
prediction = "number"
[tasks.wait]
run = "echo begun; sleep 60"
[tasks.print]
run = "head -c 3000000 /dev/zero | tr '\\\\0' a; echo; seq 3; touch $(printf '\\\\377.csv')"
"""


def running(client: httpx.Client, name: str) -> dict[str, Any]:
    """Begin a task that waits, and return its job when it does."""
    client.put(f"/v1/projects/{name}/files/ao.toml", content=TOML)
    job: dict[str, Any] = client.post(f"/v1/projects/{name}/run", json={"tasks": ["wait"]}).json()
    with client.stream("GET", job["links"]["events"]) as events:
        for line in events.iter_lines():  # and leaves before it is told all
            if '"begun"' in line:
                break
    return job


def test_a_job_whose_process_dies_has_failed(server: Any) -> None:
    client = server.client
    job = running(client, "dies")
    (child,) = [each for each in psutil.Process(server.process).children() if "jobs.child" in " ".join(each.cmdline())]
    child.send_signal(signal.SIGKILL)
    ended = client.get(job["links"]["self"], params={"wait": 60}).json()
    assert (ended["state"], ended["problem"]["code"]) == ("failed", "INTERNAL")
    assert "by signal 9" in ended["problem"]["detail"]


def test_an_upload_that_stops_half_way_leaves_nothing(shared: tuple[httpx.Client, Path]) -> None:
    client, root = shared
    client.put("/v1/projects/half/files/a.csv", content=b"before")
    head = "PUT /v1/projects/half/files/a.csv HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
    head += f"Authorization: {client.headers['authorization']}\r\n\r\nhalf of it"
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as connection:
        connection.sendall(head.encode())
        end = time.monotonic() + 60
        while not list((root / "half").glob(".incoming-*")):
            assert time.monotonic() < end
            time.sleep(0.02)
    while list((root / "half").glob(".incoming-*")):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert client.get("/v1/projects/half/files/a.csv").content == b"before"


@pytest.mark.parametrize(
    ("path", "code"),
    [("a.csv/b.csv", "FILE_EXISTS"), ("x" * 300, "USAGE"), ("%00", "USAGE"), ("folder", "FILE_EXISTS")],
)
def test_a_file_that_cant_have_its_name_is_refused(shared: tuple[httpx.Client, Path], path: str, code: str) -> None:
    client, root = shared
    client.put("/v1/projects/names/files/a.csv", content=b"x")
    client.put("/v1/projects/names/files/folder/b.csv", content=b"x")
    answer = client.put(f"/v1/projects/names/files/{path}", content=b"x")
    assert answer.json()["code"] == code
    assert answer.status_code < 500
    assert sorted(each.name for each in (root / "names").iterdir()) == ["a.csv", "folder"]


def test_odd_requests_are_no_fault_of_ours(shared: tuple[httpx.Client, Path]) -> None:
    client, _ = shared
    client.put("/v1/projects/odd/files/ao.toml", content=TOML)
    config = "/v1/projects/odd/config"
    assert client.post(config, content=b"[" * 200_000).json()["code"] == "BODY_SYNTAX"
    assert client.post(config, content=b" " * (2 << 20)).status_code == 413
    job = client.post(config, params={"wait": "nan"}).json()
    assert client.get(job["links"]["self"], params={"wait": "inf"}).json()["state"] == "done"
    assert client.get(job["links"]["events"], headers={"Last-Event-ID": "9" * 30}).status_code == 200
    assert client.get("/v1/jobs", params={"limit": "9" * 30}).status_code == 200
    for said in ('{"tasks": ["\\ud800"]}', '{"max_seconds": NaN}'):
        assert client.post("/v1/projects/odd/run", content=said).json()["code"] == "BODY_SYNTAX"
    assert client.get("/v1/jobs").status_code == 200


def test_whatever_a_task_prints_and_names_is_told(shared: tuple[httpx.Client, Path]) -> None:
    client, _ = shared
    client.put("/v1/projects/prints/files/ao.toml", content=TOML)
    job = client.post("/v1/projects/prints/run", json={"tasks": ["print"]}, params={"wait": 60}).json()
    lines = list(told(client, job))
    assert sum(map(len, lines[:-3])) == 3_000_000, "a line without end comes in parts"
    assert lines[-3:] == ["1", "2", "3"]
    files = client.get("/v1/projects/prints").json()["files"]
    assert [each["path"] for each in files] == ["ao.toml", "\udcff.csv"]


def told(client: httpx.Client, job: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that a job has printed."""
    with client.stream("GET", job["links"]["events"]) as events:
        for line in events.iter_lines():
            event = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
            if event.get("kind") == "line":
                yield event["text"]


def test_a_program_that_prints_without_end_does_not_fill_the_disk() -> None:
    room = PrintedRoom(3_000_000)
    kept = [room.taken({"kind": "line", "text": "a"}, 1_000_000) for _ in range(6)]
    assert [event and event["kind"] for event in kept] == ["line", "line", "line", "warning", None, None]
    assert room.taken({"kind": "note", "text": "done"}, 1_000_000) is not None


def test_a_project_that_could_not_be_made_is_none(shared: tuple[httpx.Client, Path]) -> None:
    client, root = shared
    job = client.post("/v1/projects/none/init", json={"model": "m.rds"}, params={"wait": 60}).json()
    assert job["state"] == "failed"
    assert not (root / "none").exists()


def test_a_second_service_leaves_the_folder_of_the_first_alone(shared: tuple[httpx.Client, Path]) -> None:
    client, root = shared
    job = running(client, "first")
    command = [sys.executable, "-m", "anops_control_service", "--root", str(root), "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1
    assert "Another control service is using the projects" in ended.stderr
    assert client.get(job["links"]["self"]).json()["state"] == "running"
    client.post(f"{job['links']['self']}/cancel")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_full_disk_is_said_and_nothing_hangs(tmp_path: Path, served: Any) -> None:
    root = tmp_path / "small"
    root.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(root)], check=False)
    if mounted.returncode:
        pytest.skip("this machine makes no small disks")
    try:
        with served(root) as (client, _):
            client.put("/v1/projects/p/files/ao.toml", content=TOML)
            full = client.put("/v1/projects/p/files/large.bin", content=b"x" * (1 << 20))
            assert (full.status_code, full.json()["code"]) == (507, "DISK_FULL")
            files = client.get("/v1/projects/p").json()["files"]
            assert [each["path"] for each in files] == ["ao.toml"]
            (root / "p/filled").write_bytes(b"x" * (300 << 10))
            answers = [client.post("/v1/projects/p/config", params={"wait": 10}) for _ in range(2)]
            assert {answer.status_code for answer in answers} <= {200, 507}
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)
