from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from anops_control.events import Events
from anops_control.verbs.registry import verb
from ao.app import app

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = Path(__file__).parents[2] / "examples"
MODELS = {"r": "mtcars-mpg", "python": "iris-species"}


@dataclass(frozen=True)
class Asked:
    """A project whose verbs are asked."""

    folder: Path
    name: str

    def __call__(self, verb_: str, /, **told: Any) -> Any:
        known = verb(verb_)
        return known.run(known.request(folder=self.folder, **told), Events())

    def told_to(self, told: list[Any], verb_: str, /, **request: Any) -> Any:
        """Ask, and keep what is told meanwhile."""
        known = verb(verb_)
        return known.run(known.request(folder=self.folder, **request), Events(told.append))

    def version(self, number: str) -> None:
        """Give the project another version, so that it is another one."""
        lines = (self.folder / "ao.toml").read_text().splitlines()
        lines = [f'version = "{number}"' if line.startswith("version = ") else line for line in lines]
        (self.folder / "ao.toml").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database that MLflow has laid out, which takes it two seconds."""
    folder = tmp_path_factory.mktemp("empty")
    verb("model list").run(verb("model list").request(folder=folder), Events())
    return folder / ".anops/tracking.db"


@pytest.fixture
def project(tmp_path: Path, empty: Path) -> Callable[[str], Asked]:
    """Return what copies the example of a language."""

    def copied(language: str) -> Asked:
        name = MODELS[language]
        shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        (tmp_path / name / ".anops").mkdir()
        shutil.copy(empty, tmp_path / name / ".anops")
        return Asked(tmp_path / name, name)

    return copied


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[[Path, str], tuple[int, str]]:
    """Return what types a command in a folder, and gives its exit code and what it wrote."""

    def typed(folder: Path, command: str) -> tuple[int, str]:
        monkeypatch.chdir(folder)
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            app(shlex.split(command)[1:])
        written = capfd.readouterr()
        return int(ended.value.code or 0), written.out + written.err

    return typed
