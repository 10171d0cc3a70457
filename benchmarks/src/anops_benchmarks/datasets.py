"""Measures `ao data add` of a large CSV file beside `sha256sum` and `cp` of the same file, as a ratio in one run.

Run it as `python -m anops_benchmarks.datasets`; it needs `ao` on PATH with the extra for data.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

_ROWS = 400_000
"""Of the part that is repeated: about 28 MB."""


def main() -> int:
    """Measure, and print the ratio as JSON.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(prog="anops_benchmarks.datasets", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000, help="how large the file is; by default %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is done; by default %(default)s")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="anops-data-") as name:
        place = Path(name)
        _write(place / "sales.csv", asked.megabytes << 20)
        adding, copying = [], []
        for number in range(asked.rounds):
            project = place / f"project{number}"
            project.mkdir()
            copying.append(_seconds("sha256sum sales.csv && cp sales.csv copy.csv", place))
            (place / "copy.csv").unlink()
            adding.append(_seconds(f"ao data add {place / 'sales.csv'}", project))
            shutil.rmtree(project)
    add, copy = statistics.median(adding), statistics.median(copying)
    told = {"add_s": round(add, 2), "sha256sum_and_cp_s": round(copy, 2), "speed_ratio": round(copy / add, 2)}
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    return 0


def _write(path: Path, size: int) -> None:
    draw = np.random.default_rng(1)
    part = pd.DataFrame(
        {
            "id": np.arange(_ROWS),
            "region": draw.choice(["north", "south", "east", "west"], _ROWS),
            "x": draw.normal(size=_ROWS),
            "price": draw.exponential(size=_ROWS).round(4),
            "when": pd.date_range("2020-01-01", periods=_ROWS, freq="min"),
            "open": draw.random(_ROWS) < 0.5,
        }
    ).to_csv(index=False)
    header, rows = part.split("\n", 1)
    with path.open("w", encoding="utf-8") as target:
        target.write(header + "\n")
        while target.tell() < size:
            target.write(rows)


def _seconds(command: str, folder: Path) -> float:
    begun = time.perf_counter()
    subprocess.run(command, shell=True, cwd=folder, check=True, capture_output=True)  # noqa: S602  our own words
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
