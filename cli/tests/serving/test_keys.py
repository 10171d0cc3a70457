"""A project with keys, as it is served and asked."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROW = {"sepal length (cm)": 5.1, "petal width (cm)": 0.2}


def ao(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    environment = {**{name: value for name, value in os.environ.items() if name != "ANOPS_KEY"}, **environment}
    command = [sys.executable, "-P", "-m", "ao", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_project_is_opened_by_its_keys_alone(python_project: Path, tmp_path: Path, serve: Callable[..., Any]) -> None:
    made = ao(python_project, "key", "add", "dashboard")
    key = made.stdout.strip()
    assert key.startswith("ao_"), made.stderr
    assert key not in (python_project / "keys.toml").read_text()
    with serve(python_project) as served:
        ready = served.wait_for("ready")

        def status(key: str) -> int:
            headers = {"authorization": f"Bearer {key}"}
            answer = httpx.post(
                f"{served.url}/predict", json={"data": [ROW]}, headers=headers, trust_env=False, timeout=60
            )
            return answer.status_code

        assert (status(key), status("ao_another")) == (200, 401)
        curl = subprocess.run(
            ["/bin/sh", "-c", f"{ready['curl']} -s"],
            env=os.environ | {"ANOPS_KEY": key}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert '"predictions":[{"prediction":' in curl.stdout

        rows = tmp_path / "rows.csv"
        rows.write_text(",".join(ROW) + "\n5.1,0.2\n")
        here = ao(python_project, "predict", str(rows))  # who serves it needs no key
        assert here.stdout.startswith("prediction\n"), here.stderr
        assert ao(tmp_path, "predict", str(rows), "--url", served.url, ANOPS_KEY=key).stdout == here.stdout
        refused = ao(tmp_path, "predict", str(rows), "--url", served.url)
        assert "✖ The request has no key and no token." in refused.stderr
        assert "→ Set ANOPS_KEY to it, or name the file that has it: --key-file FILE" in refused.stderr
        assert refused.returncode == 5
        (tmp_path / "key").write_text(f"{key}\n")
        by_file = ao(tmp_path, "predict", str(rows), "--url", served.url, "--key-file", "key")
        assert by_file.stdout == here.stdout

        assert ao(python_project, "key", "revoke", "dashboard").returncode == 0
        pause = threading.Event()
        for _ in range(600):
            if status(key) == 401:
                break
            pause.wait(0.05)
        assert status(key) == 401
