from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from anops_benchmarks.__main__ import choose
from anops_benchmarks.environments import requirement_names
from anops_benchmarks.publishing import BEGIN, END, between
from anops_benchmarks.results import Results
from anops_benchmarks.table import losses, number, targets, workload
from anops_benchmarks.targets import TARGETS, Target
from anops_benchmarks.workloads import WORKLOADS

if TYPE_CHECKING:
    from pathlib import Path


def record(peer: str, **values: float) -> dict[str, Any]:
    figures = {"rate": 100.0, "p50_ms": 1.0, "p99_ms": 2.0, "cpu_ms": 0.1, "memory_mb": 200.0, "start_s": 1.0}
    return {"workload": "iris", "peer": peer, "connections": 64, "errors": 0, **figures, **values}


def results(*records: dict[str, Any]) -> Results:
    return Results({"versions": {}}, list(records), [])


def test_more_requests_must_be_at_least_the_limit_times_the_best_peer() -> None:
    target = Target("", "iris", 64, "rate", ("fastapi", "kserve"), 2)

    found = results(record("anops", rate=250), record("fastapi", rate=100), record("kserve", rate=120))

    assert target.value(found) == pytest.approx(250 / 120)
    assert target.reached(found) is True
    assert target.reached(results(record("anops", rate=199), record("fastapi", rate=100))) is False


def test_less_time_must_be_at_most_the_limit_times_the_best_peer() -> None:
    target = Target("", "iris", 64, "p99_ms", ("fastapi", "kserve"), 1)

    assert target.reached(results(record("anops", p99_ms=9), record("fastapi", p99_ms=10))) is True
    assert target.reached(results(record("anops", p99_ms=9), record("fastapi", p99_ms=8))) is False


def test_a_figure_without_peers_stands_for_itself() -> None:
    assert Target("", "iris", 64, "start_s", (), 1.0).reached(results(record("anops", start_s=0.9))) is True


def test_what_was_not_measured_is_neither_reached_nor_missed() -> None:
    assert Target("", "iris", 64, "rate", ("fastapi",), 2).reached(results(record("anops"))) is None
    assert "not measured" in targets(results(record("anops")))


def test_every_target_names_what_there_is() -> None:
    for target in TARGETS:
        assert target.connections in WORKLOADS[target.workload].connections


def test_where_anops_loses_is_said_and_floors_do_not_count() -> None:
    found = results(
        record("anops", rate=100), record("fastapi", rate=150, p50_ms=2), record("echo", rate=9000), record("itself")
    )

    assert "requests/s: 100 against FastAPI, tuned by hand 150" in losses(found)
    assert "p50" not in losses(found)
    assert "floor" not in losses(found)


def test_the_table_has_what_beats_anops_in_bold() -> None:
    text = workload("iris", results(record("anops", rate=100), record("fastapi", rate=150, p50_ms=2)))

    assert "| FastAPI, tuned by hand | **150** | 2.00 |" in text


def test_requests_that_failed_stand_in_the_table() -> None:
    assert "**AnOps** (3 requests failed)" in workload("iris", results(record("anops", errors=3)))


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    results(record("anops")).write(tmp_path / "results.json")

    assert Results.read(tmp_path / "results.json") == results(record("anops"))


def test_the_tables_replace_what_was_between_the_marks() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"

    assert between(page, "new") == f"before\n{BEGIN}\n\nnew\n{END}\nafter\n"
    assert between(between(page, "new"), "new") == between(page, "new")


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the lines"):
        between("a page", "new")


@pytest.mark.parametrize(("value", "text"), [(12345.6, "12,346"), (45.67, "45.7"), (4.567, "4.57"), (0.0456, "0.05")])
def test_figures_have_about_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_an_environment_chooses_all_its_peers() -> None:
    ((workload, peers),) = choose(["iris"], ["anops", "echo"], every=False)

    assert workload.connections == (1, 16, 64)
    assert [peer.name for peer in peers] == ["anops", "echo", "echo-two-hops"]


def test_all_asks_with_more_connections() -> None:
    (some,), (every,) = choose(["glm"], [], every=False), choose(["glm"], [], every=True)

    assert some[0].connections == (64,)
    assert every[0].connections == (1, 16, 64)


def test_the_names_of_requirements_are_read_without_versions_and_comments() -> None:
    assert requirement_names("# why\nFastAPI==1.0\nuvloop<0.22\nmlflow\n\nx[y]>=2  # z\n") == [
        "fastapi",
        "uvloop",
        "mlflow",
        "x",
    ]


def test_a_workload_draws_the_same_different_bodies_in_every_run() -> None:
    bodies = WORKLOADS["lm"].draw()

    assert bodies == WORKLOADS["lm"].draw()
    assert len({str(body) for body in bodies}) > 60
    assert {value for body in bodies for value in body["cyl"]} == {4, 6, 8}
