"""Measures how long `ao --help`, `ao init` and `ao check` take, beside a process that only loads the model.

Run it as `python -m anops_benchmarks.commands`; it needs `ao` on PATH, and R. With `--against FILE`, the `ao` of
another build, both take turns, and the ratios to that one are told too.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from anops_benchmarks.models import fit, loading
from anops_benchmarks.processes import Command, cost_of
from anops_benchmarks.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_benchmarks.processes import Cost

_MODELS = {"python": "iris", "r": "lm"}


def main() -> int:
    """Measure, and print the figures and ratios as JSON.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(prog="anops_benchmarks.commands", description=__doc__)
    parser.add_argument("--against", type=Path, metavar="FILE", help="the `ao` of another build")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is done; by default %(default)s")
    asked = parser.parse_args()
    programs = {"ao": "ao"} | ({"against": str(asked.against.absolute())} if asked.against else {})
    costs: dict[str, dict[str, list[Cost]]] = {}
    with TemporaryDirectory(prefix="anops-commands-") as name:
        models = {language: fit(WORKLOADS[workload], Path(name)) for language, workload in _MODELS.items()}
        for number in range(asked.rounds):
            for which, program in programs.items():
                place = Path(name, f"{which}-{number}")
                place.mkdir()
                for title, command in _commands(program, models, place):
                    costs.setdefault(title, {}).setdefault(which, []).append(cost_of(command))
                shutil.rmtree(place)
            for language, project in models.items():
                title = f"loading the model, {language}"
                costs.setdefault(title, {}).setdefault("bare", []).append(cost_of(loading(project)))
    sys.stdout.write(json.dumps({title: _told(found) for title, found in costs.items()}, indent=2) + "\n")
    return 0


def _commands(ao: str, models: dict[str, Path], place: Path) -> Iterator[tuple[str, Command]]:
    yield "ao --help", Command([ao, "--help"], place)
    for language, project in models.items():
        artifact = next(file for file in project.iterdir() if file.name in {"model.rds", "model.joblib"})
        yield f"ao init, {language}", Command([ao, "init", "--model", str(artifact), language], place)
        yield f"ao check, {language}", Command([ao, "check"], place / language)


def _told(found: dict[str, list[Cost]]) -> dict[str, Any]:
    """Return the medians in seconds, and the ratio where there are two builds."""
    wall = {which: statistics.median(cost.seconds for cost in costs) for which, costs in found.items()}
    used = {which: statistics.median(cost.processor_seconds for cost in costs) for which, costs in found.items()}
    told: dict[str, Any] = {f"{which}_s": round(seconds, 2) for which, seconds in wall.items()}
    told |= {f"{which}_processor_s": round(seconds, 2) for which, seconds in used.items()}
    return told | ({"ratio": round(wall["ao"] / wall["against"], 2)} if "against" in wall else {})


if __name__ == "__main__":
    sys.exit(main())
