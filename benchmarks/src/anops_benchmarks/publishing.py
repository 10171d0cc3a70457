"""Puts results where they are read: files of their own, and the tables of the page on performance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from anops_benchmarks.plot import draw
from anops_benchmarks.table import whole

if TYPE_CHECKING:
    from anops_benchmarks.results import Results

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "benchmarks/results"
PAGE = ROOT / "docs/explanation/performance.md"
PLOT = PAGE.with_suffix(".svg")
BEGIN, END = "<!-- results of `nox -s benchmarks`: begin -->", "<!-- results: end -->"


def write(results: Results, folder: Path, plot: Path | None = None) -> None:
    """Write results and tables into a folder, and the plot beside them or elsewhere."""
    folder.mkdir(parents=True, exist_ok=True)
    results.write(folder / "results.json")
    (folder / "results.md").write_text(f"# Results\n\n## The figures\n\n{whole(results)}", encoding="utf-8")
    draw(results, plot or folder / "results.svg")


def publish(results: Results) -> None:
    """Write results to where they are committed, and their tables and plot into the page."""
    write(results, COMMITTED, PLOT)
    PAGE.write_text(between(PAGE.read_text(encoding="utf-8"), whole(results)), encoding="utf-8")


def between(page: str, text: str) -> str:
    """Put text between the two marks of a page.

    Raises:
        ValueError: The page has no marks.
    """
    if BEGIN not in page or END not in page:
        raise ValueError(f"The page needs the lines `{BEGIN}` and `{END}`.")
    before, rest = page.split(BEGIN, 1)
    return f"{before}{BEGIN}\n\n{text}\n{END}{rest.split(END, 1)[1]}"
