from __future__ import annotations

import gzip
import importlib.util
import pickle
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_project.description import Source
from anops_worker.pickles import load_artifact
from anops_worker.python_describe import describe
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

DOUBLER = """
class Doubler:
    def predict(self, data):
        return 2 * data
"""


def code_from(folder: Path, text: str) -> ModuleType:
    path = folder / "model.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("model_under_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def problem_of(path: Path, code: ModuleType | None = None) -> Problem:
    with pytest.raises(AnOpsError) as caught:
        load_artifact(path, code)
    assert caught.value.problem.code is Code.MODEL_LOAD
    return caught.value.problem


def saved_by_a_script(folder: Path, definition: str, expression: str, dump: str = "joblib.dump(model, path)") -> Path:
    """Save an object as a person's script would: what it defines lives in its `__main__`."""
    path = folder / "model.joblib"
    script = f"import joblib, pickle\npath = {str(path)!r}\n{definition}\nmodel = {expression}\n{dump}\n"
    subprocess.run([sys.executable, "-c", script], check=True)
    return path


@pytest.mark.parametrize("compress", [0, 3, ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3)])
def test_joblib_files_load_with_every_compression(tmp_path: Path, compress: object) -> None:
    joblib.dump({"a": 1}, tmp_path / "model.joblib", compress=compress)
    assert load_artifact(tmp_path / "model.joblib", None) == {"a": 1}


@pytest.mark.parametrize("protocol", range(6))
def test_plain_pickles_load_in_every_protocol(tmp_path: Path, protocol: int) -> None:
    (tmp_path / "model.pkl").write_bytes(pickle.dumps({"a": 1}, protocol=protocol))
    assert load_artifact(tmp_path / "model.pkl", None) == {"a": 1}


def test_load_model_of_the_code_is_used(tmp_path: Path) -> None:
    (tmp_path / "model.txt").write_text("3", encoding="utf-8")
    code = code_from(tmp_path, "def load_model(path):\n    return int(path.read_text())\n")
    assert load_artifact(tmp_path / "model.txt", code) == 3


@pytest.mark.parametrize("dump", ["joblib.dump(model, path)", "pickle.dump(model, open(path, 'wb'))"])
def test_a_class_of_the_saving_script_is_found_in_the_code(tmp_path: Path, dump: str) -> None:
    path = saved_by_a_script(tmp_path, DOUBLER, "Doubler()", dump)
    main = sys.modules["__main__"]
    assert load_artifact(path, code_from(tmp_path, DOUBLER)).predict(4) == 8  # type: ignore[attr-defined]
    assert sys.modules["__main__"] is main


def test_a_class_of_the_saving_script_that_is_nowhere_is_sent_to_model_py(tmp_path: Path) -> None:
    problem = problem_of(saved_by_a_script(tmp_path, DOUBLER, "Doubler()"))
    assert problem.message == (
        "Can't load `model.joblib`: it needs `Doubler`, which was defined in the script or notebook "
        "that saved the model."
    )
    assert problem.remedy == "Move the definition of `Doubler` to `model.py`, where it is then found."


def test_a_class_of_the_saving_script_is_found_by_the_default_load_model(tmp_path: Path) -> None:
    path = saved_by_a_script(tmp_path, DOUBLER, "Doubler()")
    loader = "import joblib\ndef load_model(path):\n    return joblib.load(path)\n"
    assert "`Doubler`" in problem_of(path, code_from(tmp_path, loader)).message
    assert load_artifact(path, code_from(tmp_path, loader + DOUBLER)).predict(4) == 8  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "it is empty."),
        (b"wt,hp\n1,2\n", "it is text, not a pickle."),
        ("größe\n".encode(), "it is text, not a pickle."),
        (b'{"learner": {"attributes": {}}}', "it is an XGBoost model file (JSON), not a pickle."),
        (b'{"a": 1}', "it is JSON, not a pickle."),
        (b"tree\nversion=v4\n", "it is a LightGBM model file (text), not a pickle."),
        (b"<!DOCTYPE html>\n<html></html>", "it is a web page (HTML), not a pickle."),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "it is a git-lfs pointer, not a pickle."),
        (gzip.compress(b"X\n\x00\x00\x00\x03\x00\x04\x02\x02", mtime=0), "it is an R object file, not a pickle."),
        (gzip.compress(b"RDX3\nX\n\x00\x00\x00\x03", mtime=0), "it is an R object file, not a pickle."),
        (b"PK\x03\x04rest", "it is a zip archive, such as torch, Keras, skops or Excel write, not a pickle."),
    ],
)
@pytest.mark.parametrize("own_loader", [False, True])
def test_a_file_that_is_no_pickle_is_named_for_what_it_is(
    tmp_path: Path, content: bytes, kind: str, own_loader: bool
) -> None:
    path = tmp_path / "model.joblib"
    path.write_bytes(content)
    loader = "import joblib\ndef load_model(path):\n    return joblib.load(path)\n"
    problem = problem_of(path, code_from(tmp_path, loader) if own_loader else None)
    assert problem.message == f"Can't load `model.joblib`: {kind}"
    assert problem.remedy


@pytest.mark.parametrize(("name", "kind"), [("model.onnx", "an ONNX model"), ("model.pmml", "a PMML model")])
def test_a_file_is_named_for_what_its_name_says(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).write_bytes(b"\x08\x08\x12\x07skl2onnx\x1a\x06")
    assert problem_of(tmp_path / name).message == f"Can't load `{name}`: it is {kind}, not a pickle."


def test_a_damaged_file_is_told_from_one_that_is_text(tmp_path: Path) -> None:
    damaged = bytearray(pickle.dumps({"coefficients": ["a", "b", "c"]}))
    damaged[12:40] = bytes(28)
    for content in (bytes(damaged), b"\xa6\x01\x02\x03", b"\x08\x08\x12\x07skl2onnx\x1a\x06"):
        (tmp_path / "model.pkl").write_bytes(content)
        problem = problem_of(tmp_path / "model.pkl")
        assert problem.message == "Can't load `model.pkl`: it is damaged, or not a pickle."
        assert problem.remedy == "Copy it again, or save the model again."


def test_a_file_of_dill_is_named_with_what_reads_it(tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(b"\x80\x02c__builtin__\n__main__\n.".replace(b"\x80\x02", b"\x80\x03"))
    problem = problem_of(tmp_path / "model.pkl")
    assert "saved with dill" in problem.message
    assert "load_model(path)" in (problem.remedy or "")


def test_a_truncated_pickle_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(list(range(1000)))[:100])
    assert "model.pkl" in problem_of(path).message


@pytest.mark.parametrize("protocol", range(2, 6))
def test_a_pickle_cut_anywhere_is_told(tmp_path: Path, protocol: int) -> None:
    content = pickle.dumps({"coefficients": list(range(100_000))}, protocol)
    for size in (len(content) // 3, len(content) - 1):
        (tmp_path / "model.pkl").write_bytes(content[:size])
        assert "the file ends too early" in problem_of(tmp_path / "model.pkl").message


def test_a_cut_file_or_a_folder_is_no_fault_of_the_own_loader(tmp_path: Path) -> None:
    code = code_from(tmp_path, "import joblib\n\n\ndef load_model(path):\n    return joblib.load(path)\n")
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(list(range(1000)))[:100])
    cut = problem_of(path, code)
    assert "the file ends too early" in cut.message
    assert cut.remedy == "Copy it again, or save the model again."
    path.unlink()
    path.mkdir()
    assert "it is a folder, not a file" in problem_of(path, code).message


def test_a_known_package_that_is_not_installed_is_named_with_its_command(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(b"\x80\x04cprophet.forecaster\nProphet\n)\x81.")
    problem = problem_of(path)
    assert problem.message == "Can't load `model.pkl`: it needs the package `prophet`, which is not installed."
    assert problem.remedy is not None
    assert f"{sys.executable} " in problem.remedy or f"--python {sys.executable}" in problem.remedy
    assert problem.remedy.endswith(" prophet")


def test_a_module_that_nobody_knows_may_be_a_file_of_theirs(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(b"\x80\x04cour_transformers\nCleaner\n)\x81.")
    problem = problem_of(path)
    assert "the module `our_transformers`, which is not installed" in problem.message
    assert problem.remedy is not None
    assert problem.remedy.startswith(
        "If `our_transformers` is a file of yours, put our_transformers.py beside model.py"
    )


@pytest.mark.parametrize("reference", [b"csklearn.ensemble.forest\nRandomForest\n", b"csklearn.svm\nOldMachine\n"])
def test_a_name_that_another_version_had_is_told_with_the_installed_version(tmp_path: Path, reference: bytes) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(b"\x80\x04" + reference + b")\x81.")
    problem = problem_of(path)
    assert "which the installed `scikit-learn 1." in problem.message
    assert problem.remedy == "Install the version of scikit-learn that the model was saved with."


def test_a_failing_load_model_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x80\x04N.")
    code = code_from(tmp_path, "def load_model(path):\n    raise ValueError('wrong season')\n")
    problem = problem_of(tmp_path / "model.bin", code)
    assert problem.message == "Can't load `model.bin`: `load_model` failed with ValueError: wrong season."
    assert problem.call == "model.py:2: raise ValueError('wrong season')"


def test_a_load_model_that_exits_does_not_end_the_process(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x80\x04N.")
    code = code_from(tmp_path, "import sys\ndef load_model(path):\n    sys.exit(1)\n")
    assert "SystemExit: 1" in problem_of(tmp_path / "model.bin", code).message


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "model.joblib").message == "Can't load `model.joblib`: there is no such file."


def test_a_folder_is_told(tmp_path: Path) -> None:
    assert "it is a folder, not a file" in problem_of(tmp_path).message


def test_a_model_that_skops_saved_loads_and_needs_skops(tmp_path: Path) -> None:
    data = pd.DataFrame({"x": [1.0, 2.0, 3.0], "g": ["a", "b", "a"]})
    encoded = make_column_transformer((OneHotEncoder(), ["g"]), remainder="passthrough")
    model = make_pipeline(encoded, LinearRegression()).fit(data, [1.0, 3.0, 2.0])
    path = tmp_path / "model.skops"
    skops.io.dump(model, path)
    assert load_artifact(path, None).predict(data).tolist() == model.predict(data).tolist()  # type: ignore[attr-defined]
    found = describe(Source(artifact=path))
    assert found.reader == "return skops.io.load(path)"
    assert {"skops", "scikit-learn"} <= set(found.packages)


def test_types_that_skops_does_not_know_are_named_with_the_way_to_trust_them(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    skops.io.dump(FunctionTransformer(np.log1p), path)
    assert load_artifact(path, None)  # known to be safe
    skops.io.dump(FunctionTransformer(textwrap.dedent), path)
    problem = problem_of(path)
    assert problem.message == (
        "Can't load `model.skops`: it holds types that skops does not know to be safe: `textwrap.dedent`."
    )
    told, _, code = (problem.remedy or "").partition(": ")
    assert "into a file model.py beside it" in told
    assert load_artifact(path, code_from(tmp_path, code))  # the line as it was printed


def test_a_formula_finds_the_modules_that_its_script_had_imported(tmp_path: Path) -> None:
    script = """
        import pandas as pd
        import statsmodels.formula.api as smf

        rows = pd.DataFrame({"x": [1.0, 2.0, 4.0, 5.0], "y": [1.0, 3.0, 8.0, 10.0]})
        smf.ols("y ~ pd.cut(x, [0, 3, 6], labels=['low', 'high'])", rows).fit().save("model.pkl")
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=tmp_path, check=True, timeout=120)
    predictions = load_artifact(tmp_path / "model.pkl", None).predict(pd.DataFrame({"x": [1.5, 4.5]}))
    assert predictions.tolist() == pytest.approx([2.0, 9.0])
