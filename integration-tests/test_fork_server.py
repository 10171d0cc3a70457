"""Workers that are forked from one process predict as if each had loaded the model by itself."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pytest
from lightgbm import LGBMRegressor
from little_models import write_project
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from stack import Stack, serving, wait_until
from xgboost import XGBRegressor

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

ROWS = 4
INPUTS = 'x = "number"\ny = "number"'


def training() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(7)
    rows = random.normal(size=(300, 2))
    return rows, rows[:, 0] + 2 * rows[:, 1] + random.normal(size=300)


def hist_gradient_boosting() -> Any:
    return HistGradientBoostingRegressor(max_iter=20).fit(*training())


def xgboost_regressor() -> Any:
    return XGBRegressor(n_estimators=20).fit(*training())


def lightgbm_regressor() -> Any:
    return LGBMRegressor(n_estimators=20, verbose=-1).fit(*training())


def forest_with_threads() -> Any:
    return RandomForestRegressor(n_estimators=20, n_jobs=2).fit(*training())


def fitted(folder: Path, model: Any, code: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "model.joblib")
    named = ""
    if code:
        (folder / "model.py").write_text(dedent(code), encoding="utf-8")
        named = 'code = "model.py"\n'
    (folder / "ao.toml").write_text(
        '[project]\nname = "m"\nlanguage = "python"\n[model]\nartifact = "model.joblib"\n'
        f'{named}[model.inputs]\n{INPUTS}\n[model.outputs]\nprediction = "number"\n',
        encoding="utf-8",
    )
    return folder


def coded(folder: Path, language: str, code: str) -> Path:
    """Write a project of code alone."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "model.R" if language == "r" else "model.py"
    (folder / name).write_text(dedent(code), encoding="utf-8")
    (folder / "ao.toml").write_text(
        f'[project]\nname = "m"\nlanguage = "{language}"\n[model]\ncode = "{name}"\n'
        f'[model.inputs]\n{INPUTS}\n[model.outputs]\nprediction = {{ type = "string" }}\n'
        '[service]\nwritable = ["."]\n',
        encoding="utf-8",
    )
    return folder


def predict(stack: Stack, rows: int = 1) -> list[Any]:
    answer = stack.client.post("/predict", json={"data": [{"x": 0.5, "y": float(i)} for i in range(rows)]})
    assert answer.status_code == 200, answer.text
    return [row["prediction"] for row in answer.json()["predictions"]]


def of_each_worker(stack: Stack) -> dict[int, Any]:
    """Ask each worker once: the others stand still meanwhile."""
    answers = {}
    for worker in stack.model.workers():
        others = [other for other in stack.model.workers() if other.pid != worker.pid]
        busy = ThreadPoolExecutor()
        for other in others:
            other.suspend()
        try:
            # requests that a standing worker holds are answered after it goes on
            asked = [busy.submit(predict, stack) for _ in range(len(others) + 1)]
            wait_until(lambda asked=asked: any(one.done() for one in asked))  # type: ignore[misc]
            answers[worker.pid] = next(one.result() for one in asked if one.done())[0]
        finally:
            for other in others:
                other.resume()
            busy.shutdown()
    return answers


@pytest.fixture
def two_workers() -> tuple[str, ...]:
    return ("--workers", "2")


@pytest.mark.parametrize("make", [hist_gradient_boosting, xgboost_regressor, lightgbm_regressor, forest_with_threads])
def test_libraries_with_thread_pools_predict_in_forked_workers(
    tmp_path: Path, make: Callable[[], Any], two_workers: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    model = make()
    expected = model.predict(np.array([[0.5, float(i)] for i in range(ROWS)]))
    with serving(fitted(tmp_path / "m", model), *two_workers) as stack:
        wait_until(lambda: len(stack.model.workers()) == 2)
        for _ in range(2):
            with ThreadPoolExecutor() as pool:
                answers = [asked.result() for asked in [pool.submit(predict, stack, ROWS) for _ in range(8)]]
            assert answers == [pytest.approx(expected)] * 8
            stack.model.workers()[0].kill()
            wait_until(lambda: len(stack.model.workers()) == 2)
    assert "can't be forked" not in capfd.readouterr().err


RANDOM = {
    "random": "import random\nrandom.seed(1)\ndraw = random.random\n",
    "numpy": "import numpy as np\nnp.random.seed(1)\ndraw = np.random.random\n",
    "generator": "import numpy as np\ndraw = np.random.default_rng().random\nrng = draw.__self__\n",
    "seeded": "import numpy as np\nrng = np.random.default_rng(3)\ndraw = rng.random\n",
    "r": "set.seed(1)\npredict_model <- function(model, newdata, ...) {\n"
    "  cat(format(runif(1), digits = 15), '\\n', file = paste0(Sys.getpid(), '.drawn'), append = TRUE)\n  'drawn'\n}\n",
}
"""Models that write down what each process drew: a caller does not know how often a worker was asked before."""

DRAW = """
import os, pathlib
def predict_model(model, data):
    with (pathlib.Path(__file__).parent / f"{os.getpid()}.drawn").open("a") as file:
        print(draw(), file=file)
    return ["drawn"]
"""


def serving_untried(monkeypatch: pytest.MonkeyPatch, project: Path, *flags: str) -> AbstractContextManager[Stack]:
    monkeypatch.setenv("ANOPS_TRY_MODEL", "false")
    return serving(project, *flags)


def first_drawn(folder: Path, kind: str) -> list[str]:
    """Return the first random number of each of two workers."""
    project = coded(folder, "r" if kind == "r" else "python", RANDOM[kind] + ("" if kind == "r" else DRAW))
    # the process in which the model is tried would draw too
    with pytest.MonkeyPatch.context() as untried, serving_untried(untried, project, "--workers", "2") as stack:
        wait_until(lambda: len(stack.model.workers()) == 2)
        of_each_worker(stack)
    return [file.read_text(encoding="utf-8").split()[0] for file in project.glob("*.drawn")]


@pytest.mark.parametrize("kind", ["random", "numpy", "generator", "r"])
def test_each_worker_draws_random_numbers_of_its_own(tmp_path: Path, kind: str) -> None:
    first, second = first_drawn(tmp_path / "m", kind)
    assert first != second


def test_a_generator_that_was_given_a_seed_keeps_it(tmp_path: Path) -> None:
    assert first_drawn(tmp_path / "m", "seeded") == [str(np.random.default_rng(3).random())] * 2


FOLDERS = {
    "python": "import tempfile\n"
    "def predict_model(model, data):\n    return [tempfile.mkstemp(dir=tempfile.gettempdir())[1]]\n",
    "r": "predict_model <- function(model, newdata, ...) { f <- tempfile(); writeLines('a', f); f }\n",
}


def test_each_worker_has_temporary_files_of_its_own(
    tmp_path: Path, language: str, two_workers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with serving(coded(tmp_path / "m", language, FOLDERS[language]), *two_workers) as stack:
        wait_until(lambda: len(stack.model.workers()) == 2)
        files = of_each_worker(stack)
        folders = {os.path.dirname(file) for file in files.values()}  # noqa: PTH120
        assert len(folders) == 2
        assert all(os.path.exists(file) and file.startswith(str(temporary)) for file in files.values())  # noqa: PTH110
        gone = files[stack.model.workers()[0].pid]
        stack.model.workers()[0].kill()
        wait_until(lambda: not os.path.exists(gone))  # noqa: PTH110
    assert list(temporary.iterdir()) == []


@pytest.fixture
def one(tmp_path: Path, language: str) -> Path:
    return write_project(tmp_path / "one", language, "sum")


def ask(stack: Stack) -> Any:
    return stack.client.post("/predict", json={"data": [{"a": 1, "b": 2}]})


def test_workers_outlive_a_fork_server_that_ends_and_the_next_comes_from_another(one: Path) -> None:
    with serving(one) as stack:
        (fork_server,), (worker,) = stack.model.fork_servers(), stack.model.workers()
        fork_server.kill()
        # the next loads the model before a worker is wanted, who would have to wait for it
        wait_until(lambda: [other for other in stack.model.fork_servers() if other != fork_server])
        (next_one,) = stack.model.fork_servers()
        assert ask(stack).status_code == 200
        wait_until(lambda: stack.model.workers() == [worker])  # without the copy in which the model is tried
        worker.kill()
        wait_until(lambda: [other for other in stack.model.workers() if other != worker])
        wait_until(lambda: ask(stack).status_code == 200)
        assert stack.model.fork_servers() == [next_one]


def test_a_worker_that_replaces_another_has_the_model_that_is_there_now(one: Path, language: str) -> None:
    with serving(one) as stack:
        assert ask(stack).json()["predictions"] == [{"prediction": 3}]
        code = one / ("model.R" if language == "r" else "model.py")
        code.write_text(code.read_text(encoding="utf-8").replace("+", "-"), encoding="utf-8")
        stack.model.workers()[0].kill()
        wait_until(lambda: ask(stack).json().get("predictions") == [{"prediction": -1}])
        assert len(stack.model.fork_servers()) == 1


def test_a_project_whose_code_starts_a_thread_is_served_by_workers_that_load_it_themselves(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], two_workers: tuple[str, ...]
) -> None:
    code = """
        import os, threading, time
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        loaded = os.getpid()
        def predict_model(model, data):
            return [str(loaded == os.getpid())]
    """
    with serving(coded(tmp_path / "m", "python", code), *two_workers) as stack:
        wait_until(lambda: len(stack.model.workers()) == 2)
        assert of_each_worker(stack).keys() == {worker.pid for worker in stack.model.workers()}
        assert predict(stack) == ["True"]
        assert stack.model.fork_servers() == []
    assert "workers can't be forked: the model's code has started 1 more thread" in capfd.readouterr().err


def test_a_project_whose_code_keeps_a_file_open_is_not_forked(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = """
        import pathlib
        rates = open(pathlib.Path(__file__).parent / "rates.csv")
        def predict_model(model, data):
            rates.seek(0)
            return [rates.readline()]
    """
    project = coded(tmp_path / "m", "python", code)
    (project / "rates.csv").write_text("1.5\n2.5\n", encoding="utf-8")
    with serving(project) as stack:
        assert predict(stack) == ["1.5\n"]
    assert "the model's code keeps a file open" in capfd.readouterr().err


def test_workers_load_the_model_by_themselves_where_forking_is_off(
    one: Path, monkeypatch: pytest.MonkeyPatch, two_workers: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ANOPS_WORKER_FORK", "false")
    with serving(one, *two_workers) as stack:
        wait_until(lambda: len(stack.model.workers()) == 2)
        assert stack.model.fork_servers() == []
        stack.model.workers()[0].kill()
        wait_until(lambda: len(stack.model.workers()) == 2)
        assert ask(stack).status_code == 200


def test_workers_are_replaced_after_so_many_requests(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANOPS_WORKER_MAX_REQUESTS", "2")
    with serving(one) as stack:
        first = stack.model.workers()[0].pid
        assert [ask(stack).status_code for _ in range(5)] == [200] * 5
        wait_until(lambda: [worker.pid for worker in stack.model.workers()] not in ([first], []))


GROWING = {
    "python": "kept = []\ndef predict_model(model, data):\n    kept.append(b'1' * 200_000_000)\n    return ['grown']\n",
    "r": "kept <- list()\npredict_model <- function(model, newdata, ...) {\n"
    "  kept[[length(kept) + 1]] <<- runif(2.5e7)\n  'grown'\n}\n",
}


def test_workers_are_replaced_when_they_grow(tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANOPS_WORKER_MAX_MEMORY_MB", "500")
    with serving(coded(tmp_path / "m", language, GROWING[language])) as stack:
        first = stack.model.workers()[0].pid
        assert [predict(stack) for _ in range(4)] == [["grown"]] * 4
        wait_until(lambda: [worker.pid for worker in stack.model.workers()] not in ([first], []))


def test_all_processes_end_with_a_supervisor_that_is_killed_and_the_next_sweeps_up(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with serving(one) as stack:
        processes = [*stack.model.workers(), *stack.model.fork_servers()]
        assert len(processes) == 2
        stack.model.process.send_signal(signal.SIGKILL)
        stack.model.process.wait()
        wait_until(lambda: not any(process.is_running() for process in processes))
    left = list(temporary.iterdir())
    assert left
    with serving(one):
        wait_until(lambda: not any(folder.exists() for folder in left))
    assert list(temporary.iterdir()) == []


def test_a_worker_that_ends_leaves_no_trace_in_the_supervisor(one: Path) -> None:
    with serving(one) as stack:
        for _ in range(3):
            (worker,) = stack.model.workers()
            worker.kill()
            wait_until(lambda worker=worker: stack.model.workers() not in ([worker], []))  # type: ignore[misc]
        assert len(os.listdir(f"/proc/{stack.model.process.pid}/fd")) < 40  # noqa: PTH208
        assert [child.status() for child in stack.model.children()].count("zombie") == 0
