"""The DAG that is written, as a real Airflow in an environment of its own reads and runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from anops_project.sections.schedules import ScheduleSection
from anops_schedules.adapter import SCHEDULES

AIRFLOW = "apache-airflow==3.3.2"


@pytest.mark.long  # 200 MB, and a minute
def test_airflow_runs_the_dag(tmp_path: Path) -> None:
    uv = Path(sys.executable).parent / "uv"
    own = tmp_path / "venv"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, own], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", own / "bin/python", AIRFLOW], check=True)
    project = tmp_path / "it's a {{ project }}"
    project.mkdir()
    program = project / "ao"
    program.write_text('#!/bin/sh\necho "$@ in $(pwd)" > called.txt\n', encoding="utf-8")
    program.chmod(0o755)
    section = ScheduleSection(at="30 2 * * 7", time_zone="Europe/Brussels", task="train", max_seconds=60.0)
    files, _ = SCHEDULES.export("airflow", {"nightly": section}, project="cars", folder=project, image=None,
                                command=str(program))  # fmt: skip
    dags = tmp_path / "home/dags"
    dags.mkdir(parents=True)
    for name, content in files.items():
        (dags / name).write_text(content, encoding="utf-8")
    environ = {
        **os.environ, "AIRFLOW_HOME": str(tmp_path / "home"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags), "PATH": f"{own / 'bin'}:{os.environ['PATH']}",
    }  # fmt: skip

    def airflow(*words: str) -> str:
        told = subprocess.run(["airflow", *words], env=environ, check=False, capture_output=True, text=True)
        assert told.returncode == 0, told.stdout + told.stderr
        return told.stdout

    airflow("db", "migrate")
    assert "No data found" in airflow("dags", "list-import-errors")
    airflow("dags", "test", "cars_nightly")
    assert (project / "called.txt").read_text(encoding="utf-8") == f"schedule run nightly in {project}\n"
