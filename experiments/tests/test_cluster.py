"""An experiment on a cluster: the same results as here, and nothing lost that was finished when it is gone."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from anops_experiments.adapter import LABORATORY
from anops_experiments.failures import ExperimentError
from distributed import LocalCluster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODE = """
import os, time
def f(n, rng):
    while n >= 10 and not os.path.exists("go"):
        time.sleep(0.02)
    return rng.normal()
"""


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    """A scheduler with one worker of two threads, in this process."""
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0") as made:
        yield made


def run(folder: Path, name: str, numbers: range, scheduler: str | None, tell: Any = print) -> dict[str, Any]:
    settings = {"function": "model.py:f", "parameters": {"n": list(numbers)}}
    cluster = None if scheduler is None else {"address": scheduler, "runs": "here"}
    return LABORATORY.run(
        folder, name, settings, program=sys.executable, environ={}, cluster=cluster, tell=tell,
        stopped=lambda: False,
    )  # fmt: skip


def test_results_are_those_of_this_computer_and_outlive_the_cluster(tmp_path: Path, cluster: LocalCluster) -> None:
    (tmp_path / "model.py").write_text(CODE, encoding="utf-8")
    with pytest.raises(ExperimentError, match="There is no scheduler of Dask at tcp:"):
        run(tmp_path, "a", range(1), "tcp://127.0.0.1:1")

    def end_the_cluster(facts: Any) -> None:
        if facts["event"] == "progress" and facts["done"] >= 1:
            cluster.close()

    with pytest.raises(ExperimentError, match="The cluster ") as lost:
        run(tmp_path, "a", range(20), cluster.scheduler_address, end_the_cluster)
    assert lost.value.remedy == "When it is there again, go on: ao sim resume a"
    kept = LABORATORY.status(tmp_path, "a")["done"]
    assert 1 <= kept <= 10
    (tmp_path / "go").touch()
    started = time.time()
    here = pq.read_table(run(tmp_path, "a", range(20), None)["results"]).to_pandas()
    assert (here["started"].dt.as_unit("us").astype("int64") < started * 1e6).sum() == kept
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0") as other:
        there = pq.read_table(run(tmp_path, "b", range(20), other.scheduler_address)["results"]).to_pandas()
    assert there[["task", "value"]].equals(here[["task", "value"]])
