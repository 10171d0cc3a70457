"""`ao serve` with the real services."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any
from unittest.mock import ANY

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROW = {"sepal length (cm)": 5.1, "petal width (cm)": 0.2}
AO = [sys.executable, "-P", "-m", "ao"]


def predict(url: str, row: dict[str, float]) -> float:
    answer = httpx.post(f"{url}/predict", json={"data": [row]}, trust_env=False, timeout=60)
    return float(answer.raise_for_status().json()["predictions"][0]["prediction"])


def save_constant(folder: Path, value: float) -> None:
    (folder / "new.json").write_text(json.dumps({"intercept": value, "slope": 0.0}), encoding="utf-8")
    (folder / "new.json").replace(folder / "model.json")


def test_ready_line_names_the_url_and_its_curl_works_as_typed(served_petals: Any) -> None:
    ready = served_petals.events[0]

    assert ready["model"] == {"name": "petals", "version": "0.1.0", "digest": ANY}
    answered = subprocess.run(["/bin/sh", "-c", f"{ready['curl']} -s"], capture_output=True, text=True, check=True)
    assert '"predictions":[{"prediction":' in answered.stdout


def test_log_has_the_lines_of_both_services(served_petals: Any) -> None:
    predict(served_petals.url, ROW)

    served_petals.wait_for_line("model │ ", "petals")
    served_petals.wait_for_line("api   │ ", "POST /predict 200")


def test_service_outlives_broken_changes_and_dead_processes_and_leaves_none(
    serve: Callable[..., Any], python_project: Path, wait_until_gone: Callable[[int], None]
) -> None:
    configuration = (python_project / "ao.toml").read_text(encoding="utf-8")
    with serve(python_project) as served:
        served.wait_for("ready")
        before = predict(served.url, ROW)

        (python_project / "model.json").write_text("no model", encoding="utf-8")
        assert "model.json" in served.wait_for("reload-failed")["message"]
        assert predict(served.url, ROW) == before

        save_constant(python_project, 42.0)
        served.wait_for("reloaded")
        assert predict(served.url, ROW) == pytest.approx(42.0)

        (python_project / "ao.toml").write_text("[project", encoding="utf-8")
        served.wait_for("reload-failed", count=2)
        assert predict(served.url, ROW) == pytest.approx(42.0)

        python_project.joinpath("ao.toml").write_text(configuration, encoding="utf-8")
        served.wait_for("reloaded", count=2)
        [model_service] = [pid for pid, args in served.children().items() if "-m anops_model_service --" in args]
        os.kill(model_service, signal.SIGKILL)
        served.wait_for("reloaded", count=3)
        assert predict(served.url, ROW) == pytest.approx(42.0)

        children = served.children()
        assert len(children) >= 3
        os.kill(served.process.pid, signal.SIGKILL)
    for pid in children:
        wait_until_gone(pid)


def test_ctrl_c_ends_well_and_a_taken_port_is_told(python_project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with subprocess.Popen(
            [*AO, "serve", "--workers", "1", "--port", str(port)], cwd=python_project, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            said = ""
            while "Ctrl-C stops it." not in said:
                line = process.stderr.readline()
                assert line, said
                said += line
            process.send_signal(signal.SIGINT)
            said += process.stderr.read()
            assert process.wait(90) == 0

    assert f"▲ Port {port} is taken; serving on " in said
    assert "✔ petals 0.1.0 is served on http://127.0.0.1:" in said
    assert "in a browser" in said
    assert "ao predict FILE.csv --url http://127.0.0.1:" in said
    assert "Traceback" not in said


def test_whoever_reads_its_events_may_leave(python_project: Path) -> None:
    command = [*AO, "serve", "--json", "--port", "0", "--workers", "1"]
    with subprocess.Popen(
        command, cwd=python_project, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = json.loads(process.stdout.readline())["url"]
        process.stdout.close()
        assert httpx.get(f"{url}/health/ready", timeout=60).status_code == 200
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
        assert process.wait(90) == 0, said
    assert "Traceback" not in said


def test_stopped_while_it_starts_it_ends_all_it_started(serve: Callable[..., Any], python_project: Path) -> None:
    code = (python_project / "model.py").read_text(encoding="utf-8")
    slow = 'import pathlib, time\npathlib.Path("loading").touch()\ntime.sleep(60)\n'
    (python_project / "model.py").write_text(slow + code, encoding="utf-8")
    settings = (python_project / "ao.toml").read_text(encoding="utf-8")
    assert "[service]" not in settings
    (python_project / "ao.toml").write_text(f'{settings}\n[service]\nwritable = ["."]\n', encoding="utf-8")

    with serve(python_project) as served:
        end = time.monotonic() + 120
        while not (python_project / "loading").exists() and time.monotonic() < end:
            time.sleep(0.05)
        children = served.children()
        served.process.send_signal(signal.SIGTERM)
        assert served.wait() == 0

    assert children
    assert served.children() == {}
    said = "".join(served.log)
    assert not any(word in said for word in ("Traceback", "Exception", "never retrieved")), said


def test_model_that_cannot_be_loaded_is_told_and_nothing_stays(serve: Callable[..., Any], python_project: Path) -> None:
    (python_project / "model.json").write_text("no model", encoding="utf-8")

    with serve(python_project) as served:
        assert served.wait() == 4

    said = "".join(served.log)
    [event] = served.events
    assert event["problem"]["code"] == "MODEL_LOAD"
    assert said.count("✖ Can't load `model.json`") == 1
    assert "Traceback" not in said
    assert served.children() == {}


def test_python_without_the_service_has_a_remedy(python_project: Path, bare_python: Path) -> None:
    text = (python_project / "ao.toml").read_text(encoding="utf-8")
    named = text.replace("[model]", f'python = "{bare_python}"\n[model]', 1)
    (python_project / "ao.toml").write_text(named, encoding="utf-8")

    ended = subprocess.run(
        [*AO, "serve", "--port", "0"], cwd=python_project, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 3
    assert "must have `anops-worker`" in ended.stderr
    assert "→ Run: " in ended.stderr


def test_address_of_another_computer_is_refused(python_project: Path) -> None:
    command = [*AO, "serve", "--host", "192.0.2.1", "--allow-anyone"]

    ended = subprocess.run(command, cwd=python_project, capture_output=True, text=True, check=False)

    assert ended.returncode == 5
    assert "✖ Can't serve on `192.0.2.1`: this computer has no such address." in ended.stderr


def test_r_model_is_served(serve: Callable[..., Any], r_project: Path) -> None:
    with serve(r_project) as served:
        served.wait_for("ready")
        assert predict(served.url, {"wt": 3.0}) == pytest.approx(21.251711, abs=1e-5)
