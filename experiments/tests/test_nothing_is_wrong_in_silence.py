"""What modellers come to do with experiments by mistake costs no result: it is mended, or told."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from anops_experiments.adapter import LABORATORY
from anops_experiments.aggregating import frames
from anops_experiments.calibration.targets import Target
from anops_experiments.conducting import relative_error
from anops_experiments.designs import points_of
from anops_experiments.failures import ExperimentError
from anops_experiments.results import SimulationResult
from anops_experiments.seeds import task_seed
from anops_experiments.services import InProcessSimulationService
from anops_experiments.tasks import SimulationTask

if TYPE_CHECKING:
    from pathlib import Path

CODE = """
import numpy as np

count = 0
generator = np.random.default_rng(1)
old = np.random.RandomState(1)


def leaking():
    global count
    count += 1
    return count


def tables(n, rng):
    return {"results": {"a": [n]}, "a/b": {"a": [1]}, "ill": [1, 2] if n == 1 else 3, "x": rng.normal()}


def kept():
    return float(generator.normal() + old.normal())


def fixed():
    return np.random.default_rng(1).normal()


def rare(rng):
    return rng.random() < 0.02


def empty():
    return {"text": "", "none": None}


def lucky(seed):
    return 5.0
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "model.py").write_text(CODE, encoding="utf-8")
    return tmp_path


def run(home: Path, function: str, **settings: Any) -> dict[str, Any]:
    return LABORATORY.run(
        home, "x", {"function": f"model.py:{function}", "workers": 1, **settings}, program=sys.executable, environ={},
        cluster=None, tell=lambda _: None, stopped=lambda: False,
    )  # fmt: skip


def test_an_event_that_was_not_seen_yet_is_not_certain(home: Path) -> None:
    assert relative_error([0.0] * 10) > 0.5
    assert relative_error([1.0] * 10) == pytest.approx(np.sqrt((2 / 14) / (12 / 14 * 10)))
    assert relative_error([1.0] * 1000) < 0.002
    assert relative_error([3.0] * 10) == 0
    assert run(home, "rare", until={"value": 0.1}, max_replicates=40)["done"] == 40


def test_a_rule_believes_no_two_replicates(home: Path) -> None:
    assert run(home, "lucky", replicates=2, until={"value": 0.1}, max_replicates=60)["done"] == 10


def test_results_of_warm_processes_are_none_of_cold_ones(home: Path) -> None:
    leaked = pq.read_table(run(home, "leaking", replicates=3)["results"])
    assert leaked["value"].to_pylist() == [1, 2, 3]
    assert pq.read_table(run(home, "leaking", replicates=3, cold=True)["results"])["value"].to_pylist() == [1, 1, 1]


def test_a_generator_that_a_file_keeps_has_the_stream_of_each_run(home: Path) -> None:
    warm = pq.read_table(run(home, "kept", replicates=3)["results"])["value"].to_pylist()
    assert len(set(warm)) == 3
    assert pq.read_table(run(home, "kept", replicates=3, cold=True)["results"])["value"].to_pylist() == warm
    with InProcessSimulationService(home) as service:
        seeds = [task_seed(1, {}, replicate) for replicate in (3, 2)]
        assert [service.submit("model.py:kept", {}, seed).result().scalars["value"] for seed in seeds] == warm[:0:-1]


def test_the_streams_of_kept_generators_are_those_of_the_run_whatever_else_the_process_has(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def values(*functions: str) -> list[Any]:
        with InProcessSimulationService(home) as service:
            return [service.submit(f"model.py:{each}", {}, 7).result().scalars["value"] for each in functions]

    (alone,) = values("kept")
    assert values("leaking", "kept", "kept")[1:] == [alone, alone]
    (home / "a_helper.py").write_text("import numpy as np\nearlier = np.random.default_rng(2)\n", encoding="utf-8")
    (home / "model.py").write_text(CODE + "\n\ndef helped():\n    import a_helper\n    return 1\n", encoding="utf-8")
    assert values("helped", "kept")[1] == alone
    monkeypatch.setitem(sys.modules, "model", ModuleType("model"))  # of somebody else
    assert values("leaking", "kept")[1] == alone


def test_in_process_a_function_is_that_of_the_folder_as_it_is_now(tmp_path: Path) -> None:
    for folder, value in (("a", 1), ("b", 2), ("a", 3)):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "model.py").write_text(f"def f():\n    return {value}\n", encoding="utf-8")
        with InProcessSimulationService(tmp_path / folder) as service:
            assert service.submit("model.py:f", {}, 1).result().scalars == {"value": value}


def test_tables_are_files_of_their_own(home: Path) -> None:
    made = run(home, "tables", parameters={"n": [1, 2]})
    assert pq.read_table(made["results"])["status"].to_pylist() == ["ok", "ok"]
    place = home / ".anops/experiments/x"
    assert pq.read_table(place / "results.out.parquet")["a"].to_pylist() == [1, 2]
    assert {each.name for each in place.glob("*.parquet")} == {
        "results.parquet", "results.out.parquet", "a_b.out.parquet", "ill.parquet",
    }  # fmt: skip
    # a vector of one in R is a number: where it is a table in other runs, it is a row of it
    assert pq.read_table(place / "ill.parquet")["value"].to_pylist() == [1, 2, 3]
    assert not made["alike"]


def test_replicates_that_are_all_the_same_are_told(home: Path) -> None:
    assert run(home, "fixed", replicates=3)["alike"]


def test_runs_keep_their_number_beside_an_output_of_that_name() -> None:
    table = pa.table({"replicate": [7], "v": [1]})
    made = frames([(1, {"replicate": 70, "ill": 4}, {"t": table}), (2, {}, {"ill": pa.table({"value": [5, 6]})})])
    assert made["runs"] == {"replicate": [1, 2], "replicate.out": [70, None], "ill": [4, None]}
    assert made["t"] == {"replicate": [1], "replicate.out": [7], "v": [1]}
    assert made["ill"] == {"replicate": [1, 2, 2], "value": [4, 5, 6]}


def test_whole_numbers_on_a_logarithmic_scale(tmp_path: Path) -> None:
    span = {"min": 1, "max": 10_000, "whole": True, "scale": "log"}
    drawn = [each["n"] for each in points_of("random", {"n": span}, 2000, 1, tmp_path, None)]
    assert {type(each) for each in drawn} == {int}
    assert (min(drawn), max(drawn)) >= (1, 5000)
    assert np.median(drawn) == pytest.approx(84, rel=0.3)  # of the middle of the logarithm, from 0.5 to 10,000.5


def test_several_rows_of_what_was_observed_are_no_one_row(tmp_path: Path) -> None:
    (tmp_path / "seen.csv").write_text("week,ill\n1,4\n", encoding="utf-8")
    target = Target.read("ill", {"file": "seen.csv", "by": "week"}, tmp_path)
    task = SimulationTask("model.py:f", {}, 1)
    table = pa.table({"week": [1, 1, 2, 2], "age": [1, 2, 1, 2], "ill": [1, 3, 5, 7]})
    with pytest.raises(ExperimentError, match="`ill` has several rows with week = 1"):
        target.simulated(SimulationResult(task, tables={"ill": table}))
    assert target.simulated(SimulationResult(task, tables={"ill": table.slice(1)})).tolist() == [3]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a;b\n1;2\n", "must be separated by commas; they are by semicolons"),
        ("a\tb\n1\t2\n", "must be separated by commas; they are by tabs"),
        ("a,b\n", "it has its head alone"),
    ],
)
def test_a_csv_file_of_no_parameter_sets_is_refused(tmp_path: Path, written: str, said: str) -> None:
    (tmp_path / "sets.csv").write_text(written, encoding="utf-8")
    with pytest.raises(ExperimentError, match=said):
        points_of("csv", {}, None, 1, tmp_path, "sets.csv")


def test_an_empty_text_is_not_missing(home: Path) -> None:
    run(home, "empty")
    for exact, expected in ((True, r",\N,"), (False, ",,")):
        LABORATORY.results(home, "x", home / "out.csv", exact=exact)
        head, row = (home / "out.csv").read_text(encoding="utf-8").splitlines()
        assert dict(zip(head.split(","), row.split(","), strict=True))["text"] == ""
        assert expected in row
