from __future__ import annotations

import sys
from pathlib import Path

import pytest
from anops_control.configuration import load
from anops_control.environment import Interpreter
from anops_control.errors import CommandError
from anops_control.model_process import describe, reproduce
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.exit_codes import ExitCode
from anops_project.description import Source
from ao.presenting import presented


def with_code(project: Path, code: str) -> Path:
    (project / "model.py").write_text(code)
    return project


def test_the_reference_rows_get_their_predictions(python_project: Path) -> None:
    answered = reproduce(load(python_project).project)
    assert answered.rows is not None
    assert answered.predictions is not None
    assert answered.rows.names() == ("sepal length (cm)", "petal width (cm)")
    assert answered.predictions.rows == 2


def test_an_r_model_answers_in_the_same_way(r_project: Path) -> None:
    answered = reproduce(load(r_project).project)
    assert answered.predictions is not None
    assert answered.predictions["prediction"].values == pytest.approx([26.5961834, 21.2517114])


def test_a_model_without_a_project_is_described(r_project: Path) -> None:
    source = Source(artifact=r_project / "model.rds")
    found = describe("r", source, folder=r_project, interpreter=Interpreter(Path(sys.executable), "here"))
    assert found.model_class == "lm"
    assert list(found.schema.inputs) == ["wt"]


def test_what_a_model_prints_is_passed_on_and_spoils_no_answer(
    python_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = (python_project / "model.py").read_text()
    with_code(python_project, code.replace("    return json", "    print('hello')\n    return json"))
    with presented():
        assert reproduce(load(python_project).project).predictions is not None
    printed = capsys.readouterr()
    assert ("hello" in printed.err, printed.out) == (True, "")


def test_a_model_that_can_not_be_loaded_is_a_problem_with_its_line(python_project: Path) -> None:
    with_code(python_project, "def load_model(path):\n    raise ValueError('no such year')\n")
    with pytest.raises(AnOpsError, match="no such year") as caught:
        reproduce(load(python_project).project)
    assert caught.value.problem.code is Code.MODEL_LOAD
    assert "model.py" in str(caught.value.problem.call)


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "was killed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", r"crashed \(Segmentation fault\)"),
        ("import os; os._exit(7)", "ended with exit code 7"),
    ],
)
def test_a_process_that_dies_is_told_apart_by_how_it_died(python_project: Path, ending: str, said: str) -> None:
    with_code(python_project, f"def load_model(path):\n    {ending}\n")
    with pytest.raises(CommandError, match=said) as caught:
        reproduce(load(python_project).project)
    assert caught.value.exit_code is ExitCode.MODEL


def test_an_environment_without_the_service_is_refused_before_anything_runs(
    python_project: Path, bare_python: Path
) -> None:
    text = (python_project / "ao.toml").read_text()
    (python_project / "ao.toml").write_text(text.replace("[project]", f'[project]\npython = "{bare_python}"'))
    with pytest.raises(CommandError, match="must have `anops-worker`"):
        reproduce(load(python_project).project)


def test_a_model_is_looked_at_with_one_thread_as_in_a_worker(
    python_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    (python_project / "model.py").write_text(
        "import os\n\n\ndef load_model(path):\n    return 0\n\n\n"
        "def predict_model(model, data, **options):\n    return [float(os.environ['OMP_NUM_THREADS'])] * len(data)\n"
    )
    answered = reproduce(load(python_project).project).predictions
    assert answered is not None
    assert answered["prediction"].values.tolist() == [1.0, 1.0]
