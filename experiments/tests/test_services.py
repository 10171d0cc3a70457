"""What every service does alike: the same results to the bit, and failures that cost their own task alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from anops_experiments.contracts import SimulationService
from anops_experiments.services import DaskSimulationService, InProcessSimulationService, ProcessSimulationService
from anops_experiments.tasks import SimulationTask
from distributed import Client, LocalCluster
from simulated import FILES, LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from anops_experiments.results import SimulationResult


def tasks(language: str, function: str, numbers: Any, **more: Any) -> list[SimulationTask]:
    return [SimulationTask(f"{FILES[language]}:{function}", {"n": n}, 100 + n, **more) for n in numbers]


def told(results: list[SimulationResult]) -> list[Any]:
    return [(each.scalars, {name: table.to_pydict() for name, table in each.tables.items()}) for each in results]


@LANGUAGES
def test_results_are_the_same_to_the_bit_wherever_they_are_made(folder: Path, language: str) -> None:
    asked = tasks(language, "draw", range(2, 8)) + tasks(language, "state", range(2, 4))
    with InProcessSimulationService(folder) as here:
        expected = told(here.gather(here.submit_batch(asked)))
    assert len({str(each) for each in expected}) == len(asked)
    with ProcessSimulationService(folder, workers=2) as warm:
        assert isinstance(warm, SimulationService)
        backwards = told(warm.gather(warm.submit_batch(reversed(asked))))
        assert backwards[::-1] == expected
        assert told(warm.gather(warm.submit_batch(asked[3:5]))) == expected[3:5]
    with ProcessSimulationService(folder, workers=1, cold=True) as cold:
        assert told(cold.gather(cold.submit_batch(asked[:2]))) == expected[:2]
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0") as cluster,
        Client(cluster) as client,
        DaskSimulationService(client, folder) as dask,
    ):
        assert told(dask.gather(dask.submit_batch(asked))) == expected
        failed, fine = dask.gather(dask.submit_batch(tasks(language, "dying", [2, 3])))
        assert [failed.failure and failed.failure.kind, fine.scalars] == ["died", {"value": 3}]
        # where workers do not see the folder, its code comes to them
        with DaskSimulationService(client, folder, ships=True) as away:
            folder.rename(folder.with_name(f"{folder.name}-gone"))
            assert told(away.gather(away.submit_batch(asked))) == expected


@LANGUAGES
def test_values_arrive_as_they_were_sent(folder: Path, language: str) -> None:
    sent = {"a": 0.1 + 0.2, "b": 2**53 - 1, "flag": False, "word": 'x"\\\t\n`é'}
    with ProcessSimulationService(folder, workers=1) as service:
        function = f"{FILES[language]}:kinds"
        first, second = (service.submit(function, params, 1).result().require() for params in (sent, {"a": -1e-300}))
    assert first.scalars == {**sent, "none": None, "day": "2026-11-30"}
    assert second.scalars["word"] == "é\t\n"
    assert first.provenance is not None
    assert first.provenance.language.startswith({"python": "Python 3", "r": "R "}[language])


def test_a_number_is_what_a_function_of_python_says_it_takes(folder: Path) -> None:
    with InProcessSimulationService(folder) as service:
        assert service.submit("model.py:typed", {"x": 1}, 1).result().scalars == {"value": "float"}


@LANGUAGES
@pytest.mark.parametrize(
    ("function", "kind", "said"),
    [
        ("broken", "error", "two is too much"),
        ("dying", "died", "killed by signal 9 .SIGKILL."),
        ("hanging", "timeout", "longer than 5 seconds"),
        ("hungry", "memory", "more than the 600 MB"),
    ],
)
def test_a_task_that_fails_costs_no_other(folder: Path, language: str, function: str, kind: str, said: str) -> None:
    limits: dict[str, Any] = {"timeout": 5.0} if kind == "timeout" else {"memory": 600_000_000}
    tried = 1 if kind == "timeout" else 2  # each costs its time
    with ProcessSimulationService(folder, workers=1, attempts=tried, **limits) as service:
        ended = service.gather(service.submit_batch(tasks(language, function, range(1, 5))))
    assert [each.scalars for each in ended if each.ok] == [{"value": 1}, {"value": 3}, {"value": 4}]
    failed = ended[1]
    assert failed.failure is not None
    assert failed.failure.kind == kind
    assert failed.provenance is not None
    assert failed.provenance.attempts == tried
    assert said in failed.failure.message.replace("(", ".").replace(")", ".")


@LANGUAGES
def test_an_error_is_told_with_its_line_and_calls(folder: Path, language: str) -> None:
    with ProcessSimulationService(folder, workers=1, attempts=1) as service:
        failure = service.submit(f"{FILES[language]}:broken", {"n": 2}, 1).result().failure
        if language == "r":  # what R prints when it crashes, without calls of ours
            crashed = service.submit("model.R:fallen", {}, 1).result().failure
            assert crashed is not None
            assert "2: fallen()\nAn irrecoverable" in str(crashed.trace)
    assert failure is not None
    assert failure.where == {"python": "model.py, line 16", "r": "model.R, line 4"}[language]
    assert failure.trace is not None
    assert ("raise ValueError" if language == "python" else "broken(n = 2)\ninner(n)") in failure.trace
    if language == "r":
        assert failure.message == "Error in inner(n): two is too much"


@LANGUAGES
@pytest.mark.parametrize(
    ("reference", "params", "said"),
    [
        ("nowhere.{}:f", {}, "There is no file `nowhere.{}`"),
        ("model.{}:nothing", {}, "There is no function `nothing` in `model.{}`; it has"),
        ("model.{}:broken", {"m": 1}, "it does not take `m`; it needs `n`"),
        ("model.{}:odd", {"n": 1}, "Output `value` must be a number, a text or a table"),
    ],
)
def test_what_can_not_be_run_is_told(folder: Path, language: str, reference: str, params: Any, said: str) -> None:
    ending = FILES[language].rpartition(".")[2]
    with InProcessSimulationService(folder) as service:
        failure = service.submit(reference.format(ending), params, 1).result().failure
    assert failure is not None
    assert said.format(ending) in failure.message


def test_an_import_that_fails_is_told_by_its_own_error(folder: Path) -> None:
    (folder / "needy.py").write_text("import no_such_library\ndef f(): return 1\n", encoding="utf-8")
    with ProcessSimulationService(folder, workers=1, attempts=1) as service:
        failure = service.submit("needy:f", {}, 1).result().failure
    assert failure is not None
    assert failure.message == "ModuleNotFoundError: No module named 'no_such_library'"
    assert failure.where == "needy.py, line 1"


@LANGUAGES
def test_state_leaks_between_tasks_of_a_warm_worker_alone(folder: Path, language: str) -> None:
    asked = [SimulationTask(f"{FILES[language]}:leaking", {}, seed) for seed in range(2)]
    for cold, expected in ((False, [1, 2]), (True, [1, 1])):
        with ProcessSimulationService(folder, workers=1, cold=cold) as service:
            assert [each.scalars["value"] for each in service.gather(service.submit_batch(asked))] == expected


@LANGUAGES
def test_outputs_that_are_named_are_kept_alone(folder: Path, language: str) -> None:
    with InProcessSimulationService(folder) as service:
        (kept,) = service.gather(service.submit_batch(tasks(language, "several", [1], outputs=("b",))))
        (failed,) = service.gather(service.submit_batch(tasks(language, "several", [1], outputs=("c",))))
    assert kept.scalars == {"b": 2}
    assert failed.failure is not None
    assert "returned no output c; it returned a, b" in failed.failure.message


def test_what_is_taken_back_ends(folder: Path) -> None:
    with ProcessSimulationService(folder, workers=1) as service:
        handles = service.submit_batch(tasks("python", "hanging", [2, 3]))
        service.cancel(handles[1:])
        failure = handles[1].result().failure
        assert failure is not None
        assert failure.kind == "cancelled"
    assert handles[0].result(30).failure is not None


@pytest.mark.parametrize("reference", ["changed.py:f", "changed:f"])
def test_code_that_was_changed_within_a_second_is_run_as_it_is_now(
    folder: Path, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    found = []
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0") as cluster:
        client = Client(cluster)
        for value in "29":
            changed_at_the_same_time(
                folder / "changed.py", f"import helping\ndef f(): return {value} + helping.VALUE\n"
            )
            changed_at_the_same_time(folder / "helping.py", f"VALUE = {value}00\n")
            for service in (ProcessSimulationService(folder, workers=1), DaskSimulationService(client, folder)):
                with service:
                    found.append(service.submit(reference, {}, 1, bundle_ref=f"sha256:{value}").result().scalars)
        client.close()
    assert found == [{"value": 202}] * 2 + [{"value": 909}] * 2
    assert not (folder / "__pycache__").exists()


def changed_at_the_same_time(path: Path, code: str) -> None:
    path.write_text(code, encoding="utf-8")
    os.utime(path, (1e9, 1e9))


def test_names_of_a_library_are_those_of_the_library(folder: Path) -> None:
    (folder / "named.py").write_text("def f():\n    import running\n", encoding="utf-8")
    with ProcessSimulationService(folder, workers=1, attempts=1) as service:
        failure = service.submit("named.py:f", {}, 1).result().failure
    assert failure is not None
    assert failure.message == "ModuleNotFoundError: No module named 'running'"
