"""Every verb can be asked in JSON, tells what it does as JSON, and answers in JSON; nothing is printed."""

from __future__ import annotations

import ast
import json
import threading
import time
from pathlib import Path
from typing import Any

import anops_control
import pytest
from anops_control.configuration.settings import ENVIRONMENT
from anops_control.errors import CommandError
from anops_control.events import CancelledError, Event, EventKind, Events
from anops_control.surroundings import SERVICE, Surroundings, current, surrounded
from anops_control.verbs.registry import NAMES, verb

SOURCES = Path(anops_control.__file__).parent
TOML = """
[project]
name = "cars"
version = "1.0.0"
language = "python"

[model]
artifact = "model.joblib"

[model.inputs]
wt = "number"

[model.outputs]
prediction = "number"
"""


class Kept(Events):
    """Keeps what it is told, as JSON."""

    def __init__(self) -> None:
        super().__init__(self._keep)
        self.told: list[dict[str, Any]] = []

    def _keep(self, event: Event) -> None:
        self.told.append(json.loads(json.dumps(event.to_dict())))


def asked(name: str, **request: object) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Ask a verb as a program does that knows JSON alone."""
    known, events = verb(name), Kept()
    result = known.run(known.read(json.loads(json.dumps(request))), events)
    return json.loads(json.dumps(result.to_dict())), events.told


def project(folder: Path, *tasks: str) -> Path:
    folder.mkdir()
    (folder / "ao.toml").write_text(TOML + "\n".join(tasks), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_every_key_of_a_request_is_described(name: str) -> None:
    schema = verb(name).request_schema()
    assert [key for key, told in schema["properties"].items() if not told.get("description")] == []
    assert schema["additionalProperties"] is False


def test_a_project_is_made_and_looked_at_in_json(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made, _ = asked("init", folder=str(tmp_path / "p"), lang="python")
    assert made["name"] == "p"
    settings, _ = asked("config", folder=made["folder"])
    assert settings["settings"]["project.language"]["value"] == "python"
    found, told = asked("check", folder=made["folder"], only=["schema", "predictions"])
    assert found["summary"]["passed"], found
    assert {"Reading ao.toml"} <= {each.get("text") for each in told}
    tasks, _ = asked("run", folder=made["folder"])
    assert [task["name"] for task in tasks["tasks"]] == ["train"]
    assert capfd.readouterr() == ("", "")


def test_a_key_that_is_not_known_is_named_beside_all_other_faults() -> None:
    with pytest.raises(CommandError, match="The request to check can't be read") as failed:
        verb("check").read({"folder": "p", "olny": ["tests"], "max_seconds": "soon"})
    assert {detail.split()[0] for detail in failed.value.details} == {"`olny`", "`max_seconds`"}


def test_a_task_tells_its_lines_and_how_it_ended(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", "[tasks.say]", 'run = "echo hello"')
    result, told = asked("run", folder=str(folder), tasks=["say"])
    assert result == {"outcomes": {"say": "done"}}
    assert {"kind": "line", "text": "hello", "source": "say"} in told
    assert told[-1]["facts"]["ending"] == "done"


def test_a_task_that_is_cancelled_ends(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", "[tasks.wait]", 'run = "echo begun; sleep 600"')
    begun = threading.Event()
    events = Events(lambda event: begun.set() if event.kind is EventKind.LINE else None)
    known = verb("run")
    threading.Thread(target=lambda: (begun.wait(90), events.cancel()), daemon=True).start()
    started = time.monotonic()
    with pytest.raises(CancelledError, match="wait"):
        known.run(known.read({"folder": str(folder), "tasks": ["wait"]}), events)
    assert time.monotonic() - started < 500


def test_a_verb_that_is_cancelled_ends_at_its_next_event() -> None:
    events = Events()
    events.cancel()
    with pytest.raises(CancelledError):
        events.step("Building")
    events.idle()  # what tidies up may still tell


def _reads_the_environment(node: ast.Attribute | ast.ImportFrom) -> bool:
    if isinstance(node, ast.Attribute):
        return ast.unparse(node) in {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"}
    return node.module == "os" and any(alias.name.startswith(("environ", "getenv")) for alias in node.names)


def test_a_verb_knows_of_its_surroundings_what_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project(tmp_path / "p")
    monkeypatch.setenv("ANOPS_PORT", "9001")
    settings, _ = asked("config", folder=str(folder))
    assert settings["settings"]["service.port"]["source"] == "default"
    with surrounded(Surroundings.of({"ANOPS_PORT": "9002", "HOME": "/nowhere", "ANOPS_REGISTRY_PASSWORD": "secret"})):
        settings, _ = asked("config", folder=str(folder))
        assert "HOME" not in current().variables
        assert "secret" not in repr(current())
    assert settings["settings"]["service.port"] == {"value": 9002, "origin": "environment", "source": "ANOPS_PORT"}


def test_everything_that_goes_before_ao_toml_is_known() -> None:
    assert set(SERVICE) == set(ENVIRONMENT)


def test_columns_of_the_log_are_given_with_commas_or_as_json(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    given = {"ANOPS_LOG_COLUMNS": "wt, hp", "ANOPS_LOG_WITHOUT": '["a, b"]', "ANOPS_LOG_DAYS": "30"}
    with surrounded(Surroundings.of(given)):
        settings, _ = asked("config", folder=str(folder))
    told = {name: settings["settings"][f"service.log_{name}"]["value"] for name in ("columns", "without", "days")}
    assert told == {"columns": ["wt", "hp"], "without": ["a, b"], "days": 30}


def test_no_part_of_a_verb_knows_a_terminal() -> None:
    """Whoever shows what a verb tells has the terminal, its signals, and the folder that a person is in."""
    found = []
    programs = {  # of their own, in another Python or machine, or without a verb
        *("tasks/python_debug.py", "building/listing.py"),
        *("init/elsewhere/mlflow_facts.py", "init/elsewhere/onnx_facts.py", "deploying/keeper.py"),
        "training/jobs/container.py",
    }
    others = {*(SOURCES / program for program in programs), *SOURCES.glob("training/python_steps/*.py")}
    for path in set(SOURCES.rglob("*.py")) - others:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                found += [f"{path.name}: {name}" for name in names if name.split(".")[0] in {"typer", "rich", "ao"}]
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {
                "Path.cwd",
                "os.getcwd",
                "os.chdir",
                "signal.signal",
                "sys.stdin",
                "sys.stdout",
                "sys.stderr",
                "sys.argv",
            }:
                found.append(f"{path.name}: {ast.unparse(node)}")
            if isinstance(node, ast.Attribute | ast.ImportFrom) and _reads_the_environment(node):
                # what a program inherits that is started is read in one place, where nothing is looked up in it
                found += [f"{path.name}: environ"] if path.name != "child_environment.py" else []
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "input"}:
                found.append(f"{path.name}: {ast.unparse(node.func)}")
    assert found == []
