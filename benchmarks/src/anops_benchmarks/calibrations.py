"""Counts how often the intervals of calibrations hold the truth: data are simulated, and calibrated, many times.

Run it as `python -m anops_benchmarks.calibrations`; it takes minutes, and is no part of the tests.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anops_experiments.calibration.running import calibrate
from anops_experiments.services import ProcessSimulationService

_PYTHON = """
import numpy as np
def epidemic(beta, gamma, rng, size=1000, days=40):
    susceptible, infected, total, peak, course = size - 10, 10, 0, 0, []
    for day in range(days):
        new = rng.binomial(susceptible, 1 - np.exp(-beta * infected / size))
        recovered = rng.binomial(infected, 1 - np.exp(-gamma))
        susceptible, infected = susceptible - new, infected + new - recovered
        course.append(new)
    weeks = [sum(course[at:at + 8]) for at in range(0, days, 8)]
    return {"cases": {"week": [1, 2, 3, 4, 5], "new": weeks}}
def line(a, b, rng):
    x = np.arange(10) / 10
    return {"y": {"value": a + b * x + rng.normal(0, 0.3, 10)}}
"""
_R = """
epidemic <- function(beta, gamma, size = 1000, days = 40) {
  susceptible <- size - 10
  infected <- 10
  course <- numeric(days)
  for (day in seq_len(days)) {
    new <- rbinom(1, susceptible, 1 - exp(-beta * infected / size))
    recovered <- rbinom(1, infected, 1 - exp(-gamma))
    susceptible <- susceptible - new
    infected <- infected + new - recovered
    course[day] <- new
  }
  list(cases = data.frame(week = 1:5, new = colSums(matrix(course, 8))))
}
line <- function(a, b) {
  x <- (0:9) / 10
  list(y = data.frame(value = a + b * x + rnorm(10, 0, 0.3)))
}
"""
MODELS: dict[str, dict[str, Any]] = {
    "epidemic": {
        "truth": {"beta": 0.4, "gamma": 0.15}, "output": "cases", "column": "new",
        "parameters": {"beta": {"min": 0.2, "max": 0.8}, "gamma": {"min": 0.05, "max": 0.4}},
    },
    "line": {
        "truth": {"a": 1.0, "b": 2.0}, "output": "y", "column": "value",
        "parameters": {"a": {"min": -2.0, "max": 4.0}, "b": {"min": -1.0, "max": 5.0}},
    },
}  # fmt: skip


def main() -> int:
    """Calibrate, and print how many of the intervals hold the truth, as JSON.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="how many data are simulated and calibrated")
    parser.add_argument("--first", type=int, default=1, help="the number of the first")
    parser.add_argument("--model", choices=sorted(MODELS), default="epidemic", help="what is simulated")
    parser.add_argument("--language", choices=["python", "r"], default="python", help="in which language")
    parser.add_argument("--sampler", default="tpe", help="the sampler")
    flags = parser.parse_args()
    model = MODELS[flags.model]
    file = {"python": "model.py", "r": "model.R"}[flags.language]
    with TemporaryDirectory() as name, ProcessSimulationService(name) as service:
        folder = Path(name)
        (folder / "model.py").write_text(_PYTHON, encoding="utf-8")
        (folder / "model.R").write_text(_R, encoding="utf-8")
        held, widths, begun = dict.fromkeys(model["truth"], 0), dict.fromkeys(model["truth"], 0.0), time.perf_counter()
        for number in range(flags.first, flags.first + flags.times):
            data = service.submit(f"{file}:{flags.model}", model["truth"], 1_000_000 + number).result().require()
            observed = data.tables[model["output"]][model["column"]].to_pylist()
            target = {"observed": observed, "output": model["output"], "column": model["column"], "loss": "simulated"}
            told = calibrate(
                folder, folder / "made" / str(number), "coverage",
                {
                    "function": f"{file}:{flags.model}", "parameters": model["parameters"], "targets": {"data": target},
                    "replicates": 10, "trials": 40, "seed": number, "sampler": flags.sampler, "batch": 8,
                    "lease": 600.0, "level": 0.9,
                },
                service, tell=lambda _: None, stopped=lambda: False,
            )  # fmt: skip
            for each in told["estimates"]:
                held[each["parameter"]] += int(each["low"] <= model["truth"][each["parameter"]] <= each["high"])
                widths[each["parameter"]] += (each["high"] - each["low"]) / flags.times
            sys.stderr.write(f"{number}: {held}\n")
        found = {
            "model": flags.model,
            "language": flags.language,
            "times": flags.times,
            "level": 0.9,
            "first": flags.first,
        }
        found |= {"held": held, "mean_width": widths, "seconds": round(time.perf_counter() - begun)}
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
