"""`ao predict` in a project asks that project's model, and no other."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.configuration import load
from anops_control.predicting.right_model import model_of
from anops_control.serving.running import leave_word, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AO = [sys.executable, "-P", "-m", "ao", "predict"]
TOML = """\
[project]
name = "{name}"
language = "python"
[model]
artifact = "model.joblib"
[service]
port = {port}
"""


class Service:
    """What a service of AnOps says of itself, and one prediction."""

    def __init__(self, card: dict[str, Any] | None) -> None:
        self.card, self.asked = card, 0
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(json.dumps(service.card or {"hello": "world"}), "application/json")

            def do_POST(self) -> None:
                service.asked += 1
                self.rfile.read(int(self.headers["content-length"]))
                self._send("prediction\n1\n", "text/csv")

            def _send(self, text: str, kind: str) -> None:
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"


@contextmanager
def service(card: dict[str, Any] | None) -> Iterator[Service]:
    made = Service(card)
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        thread.join()
        made.server.server_close()


def make_project(folder: Path, *, name: str = "cars", fit: bytes = b"fit", port: int = 1) -> Path:
    folder.mkdir(parents=True)
    (folder / "ao.toml").write_text(TOML.format(name=name, port=port))
    (folder / "model.joblib").write_bytes(fit)
    (folder / "rows.csv").write_text("wt\n2.6\n")
    return folder


def card_of(project: Path, **other: str) -> dict[str, Any]:
    model = model_of(load(project))
    return {"name": model.name, "version": model.version, "digest": model.digest, "schema": {}, **other}


def ao(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*AO, "rows.csv", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_the_service_that_runs_for_the_project_is_found_on_any_port(tmp_path: Path) -> None:
    project = make_project(tmp_path / "cars")
    with service(card_of(project)) as own:
        leave_word(project, own.url)
        ended = ao(project)
        assert (ended.returncode, ended.stdout, own.asked) == (0, "prediction\n1\n", 1)


def test_a_service_at_the_projects_port_with_another_fit_is_refused_and_gets_no_rows(tmp_path: Path) -> None:
    project = make_project(tmp_path / "cars")
    with service(card_of(project, digest="sha256:another")) as other:
        (project / "ao.toml").write_text(TOML.format(name="cars", port=other.port))
        ended = ao(project)
        assert ended.returncode != 0
        assert "has another model than this project" in ended.stderr
        assert "`cars` 0.1.0 (sha256:another)" in ended.stderr
        assert str(model_of(load(project))) in ended.stderr
        assert other.asked == 0


def test_a_copy_of_a_served_project_does_not_take_the_original_for_its_own(tmp_path: Path) -> None:
    project = make_project(tmp_path / "cars")
    with service(card_of(project)) as own:
        leave_word(project, own.url)
        shutil.copytree(project, tmp_path / "copy")
        assert running(tmp_path / "copy") == []
        assert len(running(project)) == 1


def test_a_project_that_was_moved_finds_its_service(tmp_path: Path) -> None:
    project = make_project(tmp_path / "cars")
    leave_word(project, "http://127.0.0.1:9")
    project.rename(tmp_path / "moved")
    assert [known.url for known in running(tmp_path / "moved")] == ["http://127.0.0.1:9"]


def test_word_of_a_process_that_was_killed_is_forgotten(tmp_path: Path) -> None:
    project = make_project(tmp_path / "cars")
    file = leave_word(project, "http://127.0.0.1:9")
    assert file is not None
    dead = subprocess.Popen(["true"])
    dead.wait()
    file.write_text(file.read_text().replace(f'"process": {os.getpid()}', f'"process": {dead.pid}'))
    assert running(project) == []
    assert not file.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": 1}', '{"url": "x", "process": 1, "folder": "", "new": 1}'])
def test_a_file_that_is_none_of_ours_is_no_service(text: str, tmp_path: Path) -> None:
    project = make_project(tmp_path / "cars")
    (project / ".ao" / "serving").mkdir(parents=True)
    (project / ".ao" / "serving" / "1.json").write_text(text)
    assert running(project) == []


def test_a_port_that_another_program_has_taken_over_is_no_service(tmp_path: Path) -> None:
    project = make_project(tmp_path / "cars")
    with service(None) as other:
        leave_word(project, other.url)
        ended = ao(project)
        assert "Can't reach http://127.0.0.1:1." in ended.stderr
        assert other.asked == 0


def test_a_service_that_was_named_is_asked_with_a_warning(tmp_path: Path) -> None:
    project = make_project(tmp_path / "cars")
    with service(card_of(project, name="trucks")) as other:
        ended = ao(project, "--url", other.url)
        assert (ended.returncode, ended.stdout) == (0, "prediction\n1\n")
        assert "has another model than this project: `trucks` 0.1.0" in ended.stderr


def test_a_server_without_digests_is_known_by_name_and_version(tmp_path: Path) -> None:
    project = make_project(tmp_path / "cars")
    with service({**card_of(project), "digest": None}) as own:
        (project / "ao.toml").write_text(TOML.format(name="cars", port=own.port))
        assert ao(project).returncode == 0
