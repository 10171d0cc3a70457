"""Fits the models of the workloads once, and asks each model itself for the right answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from anops_benchmarks.loader import parse
from anops_benchmarks.processes import ONE_THREAD, Command
from anops_benchmarks.workloads import MODELS

if TYPE_CHECKING:
    from pathlib import Path

    from anops_benchmarks.loader import Load
    from anops_benchmarks.workloads import Rows, Workload


def fit(workload: Workload, place: Path) -> Path:
    """Return the folder with the fitted model of a workload; fit it where it is not there or older than its program."""
    source, project = MODELS / workload.model, place / workload.model
    artifact = project / ("model.rds" if (source / "fit.R").exists() else "model.joblib")
    newest = max(file.stat().st_mtime for file in source.iterdir())
    if not artifact.exists() or artifact.stat().st_mtime < newest:
        shutil.copytree(source, project, dirs_exist_ok=True)
        _run([*_program(project), f"fit{_program_suffix(project)}"], project)
    return project


def expected(project: Path, bodies: list[Rows], rows_per_body: int) -> list[list[Any]]:
    """Return what the model itself predicts for each body."""
    joined = {name: [value for rows in bodies for value in rows[name]] for name in bodies[0]}
    file = project / "rows.json"
    file.write_text(json.dumps(joined), encoding="utf-8")
    program = str(MODELS / f"expected{_program_suffix(project)}")
    predictions = json.loads(_run([*_program(project), program, str(project), str(file)], project))
    return [predictions[start : start + rows_per_body] for start in range(0, len(predictions), rows_per_body)]


def time_itself(project: Path, bodies: list[Rows], seconds: int, *, decoding: bool) -> Load:
    """Time the model's own predict(), one body after the other, with no service around it.

    Args:
        project: The folder with the fitted model.
        bodies: The rows of each body.
        seconds: For how long.
        decoding: Whether each body is JSON that is decoded before; Python only.
    """
    file = project / "bodies.json"
    file.write_text(json.dumps(bodies), encoding="utf-8")
    program = str(MODELS / f"timed{_program_suffix(project)}")
    words = [*_program(project), program, str(project), str(file), str(seconds), *(["decoding"] if decoding else [])]
    return parse(_run(words, project))


def loading(project: Path) -> Command:
    """Return a process that does nothing but load the model."""
    is_r = _program_suffix(project) == ".R"
    line = 'invisible(readRDS("model.rds"))' if is_r else "import joblib; joblib.load('model.joblib')"
    return Command([*_program(project), "-e" if is_r else "-c", line], project)


def _program_suffix(project: Path) -> str:
    return ".R" if (project / "fit.R").exists() else ".py"


def _program(project: Path) -> list[str]:
    return ["Rscript", "--vanilla"] if (project / "fit.R").exists() else [sys.executable]


def _run(words: list[str], folder: Path) -> str:
    done = subprocess.run(words, cwd=folder, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"✖ {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
