from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result


def test_the_versions_and_places_of_a_project_are_shown(
    ao: Callable[..., Result], make_project: Callable[..., Path]
) -> None:
    project = make_project()
    (project / "providers").mkdir()
    (project / "providers" / "lab.yaml").write_text("kind: Provider\n", encoding="utf-8")
    shown = ao("version", folder=project).stdout
    assert shown.startswith(f"AnOps {version('anops-cli')}\nPython 3.")
    assert "\nModel cars 0.1.0 (Python)" in shown
    assert "Versions and runs are kept in sqlite:///" in shown
    assert "Providers of workspaces: lab\n" in shown


def test_a_folder_without_a_project_will_do(ao: Callable[..., Result], tmp_path: Path) -> None:
    found = json.loads(ao("version", "--json", folder=tmp_path).stdout)
    assert (found["anops"], found["model"]) == (version("anops-cli"), None)
    assert found["python"]["version"].startswith("3.")


def test_a_fault_of_ao_toml_is_told(ao: Callable[..., Result], make_project: Callable[..., Path]) -> None:
    result = ao("version", folder=make_project("[project]\n"))
    assert result.exit_code == 3
    assert "`name` is missing in `[project]`" in result.stderr
