"""What is known of a library: one file for each, offered as an entry point, also by others' distributions."""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
import tokenize
from importlib.metadata import entry_points
from pathlib import Path

import anops_worker
import pytest
from anops_worker.libraries.finding import FAMILIES, libraries_of
from anops_worker.libraries.library import Library

SOURCE = Path(anops_worker.__file__).parent
FILES = SOURCE / "libraries"
IMPORTED = {
    "catboost", "formulaic", "keras", "lifelines", "lightgbm", "patsy", "sklearn", "statsmodels", "tensorflow",
    "torch", "xgboost", "glum", "category_encoders", "econml", "feature_engine", "linearmodels", "mlxtend", "mord",
    "ngboost", "pygam", "sksurv",
}  # fmt: skip
NAMED = IMPORTED - {"sklearn", "keras", "torch"}
SEEN_IN_FILES = {"file_kinds.py"}
"""What a file that is no pickle is: the names stand in a sentence for its reader."""
JOINS_STEPS = {"python_describe/holders.py"}
"""Writes the `make_pipeline()` of a project's own `load_model`: scikit-learn's conventions, not its objects."""

FOREST = '''
class Stump:
    """Keeps its columns where no convention looks, and answers a list of rows as tuples."""

    def __init__(self, columns, split):
        self.columns, self.split = columns, split

    def ask(self, rows):
        return [1.0 if row[0] > self.split else 0.0 for row in rows]
'''
FAMILY = """
from anops_model_interface.schema import ColumnSpec
from anops_worker.families.family import Family
from anops_worker.libraries.library import Library
from anops_worker.python_describe.understanding import Understanding


class TinyForest(Library):
    def understand(self, model):
        columns = {name: ColumnSpec(type="number") for name in model.columns}
        return Understanding("tinyforest.Stump", "a stump", inputs=columns, certain=frozenset(columns))

    def family(self, model):
        return Family(lambda data, options: model.ask(data[model.columns].itertuples(index=False)))

    def why_refused(self, model):
        return None if model.columns else "the stump is not grown"
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder as pip would fill it: a library, and a distribution that knows it."""
    (tmp_path / "tinyforest.py").write_text(FOREST)
    (tmp_path / "tinyforest_anops.py").write_text(FAMILY)
    record = tmp_path / "tinyforest_anops-1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: tinyforest-anops\nVersion: 1.0\n")
    (record / "entry_points.txt").write_text(f"[{FAMILIES}]\ntinyforest = tinyforest_anops:TinyForest\n")
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *command], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )


def described(folder: Path, columns: str) -> dict[str, dict[str, object]]:
    dump = f"import pickle, tinyforest; pickle.dump(tinyforest.Stump({columns}, 2.5), open('model.pkl', 'wb'))"
    assert run(folder, "-c", dump).returncode == 0
    done = run(folder, "-m", "anops_worker.describe", "--language", "python", "--artifact", "model.pkl")
    found: dict[str, dict[str, object]] = json.loads(done.stdout)
    return found


def test_a_library_of_others_is_known_by_the_entry_point_of_their_distribution(installed: Path) -> None:
    description = described(installed, "['height', 'width']")["description"]
    assert description["model_class"] == "tinyforest.Stump"
    inputs = description["schema"]["inputs"]  # type: ignore[index]
    assert list(inputs) == ["height", "width"]
    assert description["predictions"]


def test_a_library_of_others_says_itself_what_can_not_predict(installed: Path) -> None:
    assert "the stump is not grown" in str(described(installed, "[]")["problem"])


def test_our_own_files_are_offered_in_the_same_way() -> None:
    offered = {entry.name: entry.load() for entry in entry_points(group=FAMILIES)}
    files = {path.stem for path in FILES.glob("*.py")} - {"__init__", "finding", "formulas", "library"}
    own = {file for file in files if not any(file.startswith(f"{other}_") for other in files)}
    assert own <= offered.keys()
    assert all(issubclass(offered[name], Library) for name in own)


def test_an_object_of_no_library_has_none() -> None:
    assert libraries_of(object()) == ()


def _words(path: Path) -> set[str]:
    """Return the names and the texts of a file's code: no comments, no docstrings."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]
    documented = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    names = [
        token.string for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type == tokenize.NAME
    ]
    return {word.lower() for word in [*names, *(text for text in texts if text not in documented)]}


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_library_is_known_in_its_own_file_alone(path: Path) -> None:
    name = str(path.relative_to(SOURCE))
    if path.parent == FILES or name in SEEN_IN_FILES:
        return
    words = _words(path)
    named = {library for library in NAMED if any(library in word for word in words)}
    imported = {library for library in IMPORTED if library in words} - ({"sklearn"} if name in JOINS_STEPS else set())
    assert not named | imported, "what is known of a library belongs into its file in libraries/"
