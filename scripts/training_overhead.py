"""Measures what `ao train` adds to bare Metaflow with the same empty steps: the target is at most 3 s."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import TemporaryDirectory

STEPS = ("load_data", "split_data", "build_pipeline", "train_model", "evaluate", "save_model")
SECONDS = 3.0
PYTHON = """
def load_data(): return 1
def split_data(data): return 1, 1
def build_pipeline(): return 1
def train_model(pipeline, train): return 1
def evaluate(model, test): return {"one": 1}
def save_model(model, path): open(path, "w").close()
"""
R = """
load_data <- function() 1
split_data <- function(data) list(1, 1)
build_pipeline <- function() 1
train_model <- function(pipeline, train) 1
evaluate <- function(model, test) list(one = 1)
save_model <- function(model, path) invisible(file.create(path))
"""


def bare_flow() -> str:
    """Return a flow of Metaflow with the same steps, which do nothing."""
    lines = ["from metaflow import FlowSpec, step", "class Bare(FlowSpec):"]
    for position, name in enumerate(STEPS):
        mark = {0: "(start=True)", len(STEPS) - 1: "(end=True)"}.get(position, "")
        after = f"self.next(self.{STEPS[position + 1]})" if position + 1 < len(STEPS) else "pass"
        lines += [f"    @step{mark}", f"    def {name}(self): {after}"]
    return "\n".join([*lines, 'if __name__ == "__main__": Bare()', ""])


def seconds(command: list[str], folder: Path) -> tuple[float, float]:
    """Return how long a command takes, and how much of a processor's time."""
    variables = {"METAFLOW_DATASTORE_SYSROOT_LOCAL": str(folder), "METAFLOW_USER": "ao"}
    started, before = time.monotonic(), getrusage(RUSAGE_CHILDREN)
    ended = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        sys.exit(ended.stdout + ended.stderr)
    after = getrusage(RUSAGE_CHILDREN)
    return time.monotonic() - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Measure in turns, and print the medians and their differences.

    Returns:
        1 where more is added than may be.
    """
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with TemporaryDirectory() as name:
        root = Path(name)
        (root / "bare.py").write_text(bare_flow(), encoding="utf-8")
        commands = {"Metaflow alone": ([sys.executable, "bare.py", "--no-pylint", "run"], root)}
        for language, code, file in (("python", PYTHON, "train.py"), ("r", R, "train.R")):
            folder = root / language
            folder.mkdir()
            (folder / file).write_text(code, encoding="utf-8")
            (folder / "ao.toml").write_text(
                f'[project]\nname = "empty"\nversion = "0.1.0"\nlanguage = "{language}"\n[model]\nartifact = "model"\n',
                encoding="utf-8",
            )
            commands[f"ao train, {language}"] = ([sys.executable, "-m", "ao", "train", "--keep-project"], folder)
        taken: dict[str, list[tuple[float, float]]] = {each: [] for each in commands}
        for _ in range(rounds):
            for each, (command, folder) in commands.items():
                taken[each].append(seconds(command, folder))
    found = {each: (median(one for one, _ in times), median(two for _, two in times)) for each, times in taken.items()}
    bare, bare_processor = found["Metaflow alone"]
    print(f"{'':<18} {'took':>9} {'ratio':>7} {'added':>9} {'processor':>11} {'added':>9}")
    for each, (wall, processor) in found.items():
        print(
            f"{each:<18} {wall:7.2f} s {wall / bare:7.2f} {wall - bare:+7.2f} s {processor:9.2f} s "
            f"{processor - bare_processor:+7.2f} s"
        )
    return int(any(wall - bare > SECONDS for wall, _ in found.values()))


if __name__ == "__main__":
    sys.exit(main())
