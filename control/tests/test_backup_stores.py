"""The list of stores in a backup names every place below `.anops` that the code writes: none can be forgotten."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from anops_control.backups.contents import CONTROL, STORES, files_in, is_made_anew, store_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
HOME = ".anops"
BY_OTHERS = {
    "training/src/anops_training/engine.py": "metaflow",  # beside the folder of a run
    "control/src/anops_control/experiments/bundled.py": "bundles",  # by `bundles.remote`, which gets the folder
}
"""What is written below `.anops` by a path that is not made from its name."""


class Places(ast.NodeVisitor):
    """Finds what a module names below `.anops`."""

    def __init__(self, path: Path, tree: ast.Module) -> None:
        self.path, self.tree = path, tree
        self.found: set[str] = set()
        self.homes = {each.id for node in ast.walk(tree) if isinstance(node, ast.Assign) and self._is_home(node.value)
                      for each in node.targets if isinstance(each, ast.Name)}  # fmt: skip

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Take what follows the folder."""
        if isinstance(node.op, ast.Div) and self._is_home(node.left):
            self.found |= self._names(node.right)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Take a path that is written down whole."""
        value = node.value.value if isinstance(node.value, ast.Constant) else None
        if isinstance(value, str) and value.startswith(f"{HOME}/"):
            self.found.add(value.split("/")[1])
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Take `Path(".anops", NAME)`."""
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and first.value == HOME and len(node.args) > 1:
            self.found |= self._names(node.args[1])
        self.generic_visit(node)

    def _is_home(self, node: ast.expr) -> bool:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return self._is_folder(node.right)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "own_folder":
            return self._is_home(node.args[0])
        return isinstance(node, ast.Name) and node.id in getattr(self, "homes", ())

    def _is_folder(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name) and node.id == "FOLDER":
            return self._value("FOLDER") == HOME
        return isinstance(node, ast.Constant) and node.value == HOME

    def _names(self, node: ast.expr) -> set[str]:
        if isinstance(node, ast.Constant):
            return {str(node.value)}
        if isinstance(node, ast.JoinedStr):
            return {str(getattr(node.values[0], "value", ""))}
        if isinstance(node, ast.Name):
            value = self._value(node.id)
            return {str(value)} if value is not None else self._given(node.id)
        return set()

    def _given(self, parameter: str) -> set[str]:
        functions = [each for each in ast.walk(self.tree) if isinstance(each, ast.FunctionDef)
                     and parameter in [one.arg for one in each.args.args]]  # fmt: skip
        known = {(each.name, [one.arg for one in each.args.args].index(parameter)) for each in functions}
        calls = [(node, at) for node in ast.walk(self.tree) if isinstance(node, ast.Call)
                 for name, at in known if getattr(node.func, "id", "") == name]  # fmt: skip
        return {str(node.args[at].value) for node, at in calls if isinstance(node.args[at], ast.Constant)}  # type: ignore[attr-defined]

    def _value(self, name: str) -> object:
        parts = self.path.with_suffix("").parts
        return getattr(importlib.import_module(".".join(parts[parts.index("src") + 1 :])), name, None)


def written() -> Iterator[tuple[str, str]]:
    """Give each name below `.anops`, with the module that has it."""
    for path in sorted(ROOT.glob("*/src/**/*.py")):
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(ROOT).as_posix()
        if where in BY_OTHERS:
            yield BY_OTHERS[where], where
        if "FOLDER" not in text and f'"{HOME}' not in text:
            continue
        tree = ast.parse(text)
        places = Places(path.relative_to(ROOT), tree)
        places.visit(tree)
        yield from ((each, where) for each in places.found if each != ".gitignore")


def test_every_place_that_the_code_writes_belongs_to_a_store() -> None:
    names = dict(written())
    assert {"tracking.db", "images", "calibrations", "baseline.parquet", "retraining", "metaflow"} <= set(names)
    lost = {name: where for name, where in names.items()
            if store_of(f"{HOME}/{name}") == "project" and not is_made_anew(f"{HOME}/{name}")}  # fmt: skip
    assert not lost, f"name them in STORES of backups/contents.py, and in docs/how-to/back-up.md: {lost}"
    listed = {place.split("/")[1] for places in STORES.values() for place in places if place.startswith(f"{HOME}/")}
    assert not listed - set(names), "nothing writes them"


def test_every_store_is_described() -> None:
    page = (ROOT / "docs/how-to/back-up.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ")]
    assert set(STORES) == {name.strip() for row in rows for name in row.split(",")} - {"Store", "---"}


@pytest.mark.parametrize("name", ["token", "lock", "keeper.lock"])
def test_a_file_of_a_person_is_kept_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    for place in (".anops/data/rows/v1", ".anops/artifacts/cars/1/artifacts"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / name).write_text("a person's")
    (tmp_path / CONTROL).mkdir()
    (tmp_path / CONTROL / "token").write_text("a secret")
    (tmp_path / ".anops/retraining").mkdir()
    (tmp_path / ".anops/retraining/lock").touch()
    kept = {each.name for each in files_in(tmp_path)}
    assert kept == {f".anops/data/rows/v1/{name}", f".anops/artifacts/cars/1/artifacts/{name}"}
