"""A model as an ONNX graph, which onnxruntime computes: its columns and their types are those of its inputs."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.environment import install_command, probe
from anops_control.errors import CommandError
from anops_control.init.elsewhere.brought import Brought, write_rows
from anops_control.init.elsewhere.program import said_by
from anops_control.init.intake import Intake, ModelCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_control.environment import Interpreter

_FRACTIONS = frozenset({"tensor(float)", "tensor(double)", "tensor(float16)"})
_WHOLE = frozenset(f"tensor({sign}int{bits})" for sign in ("", "u") for bits in (8, 16, 32, 64))
_MADE_UP_ROWS = 8
_CODE = '''"""Asks the ONNX model by onnxruntime."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pandas as pd

DTYPES = {
    "tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16,
    "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(int16)": np.int16, "tensor(int8)": np.int8,
    "tensor(uint64)": np.uint64, "tensor(uint32)": np.uint32, "tensor(uint16)": np.uint16, "tensor(uint8)": np.uint8,
    "tensor(bool)": np.bool_, "tensor(string)": np.object_,
}


def load_model(path):
    """Load the graph; it computes in one thread, since there is a process for each processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def predict_model(model, data, **options):
    """Predict a row for each row of `data`: a column for each value that the graph gives for a row."""
    inputs = model.get_inputs()
    if len(inputs) == 1:
        sent = {inputs[0].name: data.to_numpy(dtype=DTYPES[inputs[0].type])}
    else:
        sent = {one.name: data[one.name].to_numpy(dtype=DTYPES[one.type]).reshape(-1, *one.shape[1:]) for one in inputs}
    outputs = zip((output.name for output in model.get_outputs()), model.run(None, sent), strict=True)
    columns = [column for name, values in outputs for column in columns_of(name, values)]
    return columns[0][1] if len(columns) == 1 else pd.DataFrame(dict(columns))


def columns_of(name, values):
    """Return the columns of an output: itself, or one for each of its values or classes."""
    if isinstance(values, list):
        frame = pd.DataFrame(values)  # probabilities by class, as scikit-learn's converter writes them
        return [(f"{name}_{label}", frame[label].to_numpy()) for label in frame]
    values = np.asarray(values).reshape(len(values), -1)
    if values.shape[1] == 1:
        return [(name, values[:, 0])]
    return [(f"{name}_{i + 1}", values[:, i]) for i in range(values.shape[1])]
'''


def is_onnx(model: Path) -> bool:
    """Say whether a person named an ONNX file."""
    return model.suffix.lower() == ".onnx" and model.is_file()


def bring(model: Path, stage: Path, interpreter: Interpreter) -> Brought:
    """Take in a model.

    Args:
        model: Its file.
        stage: An empty folder for what is made of it.
        interpreter: The Python that loads it.

    Raises:
        CommandError: It can't be read, or the Python has no onnxruntime.
    """
    if probe(interpreter.path, ("onnxruntime",)).missing:
        raise CommandError(
            f"`{model}` is an ONNX graph, for which onnxruntime is needed in the Python that loads the model.",
            details=[f"It is {interpreter.path} ({interpreter.origin})."],
            command=install_command(interpreter, ["onnxruntime"]),
            code=Code.ENVIRONMENT,
        )
    facts = said_by(interpreter, "onnx_facts.py", str(model.resolve()), what=f"onnxruntime can't load `{model}`")
    copied, code, data = stage / model.name, stage / "model.py", stage / "rows.csv"
    shutil.copyfile(model, copied)
    code.write_text(_CODE, encoding="utf-8")
    kinds = _columns(facts["inputs"], model)
    fractions = frozenset(name for name, kind in kinds.items() if kind in _FRACTIONS)
    known = all(kind in _FRACTIONS | _WHOLE | {"tensor(bool)"} for kind in kinds.values())
    if known:
        chance = random.Random(1)  # noqa: S311  rows, not secrets
        rows = [[_made_up(kind, chance) for kind in kinds.values()] for _ in range(_MADE_UP_ROWS)]
        write_rows(data, list(kinds), rows, fractions)
    notes = ["The model is an ONNX graph, computed by onnxruntime."]
    if any(one["type"] == "tensor(float)" for one in (*facts["inputs"], *facts["outputs"])):
        notes.append(
            "The graph computes in single precision: numbers are rounded to about 7 digits on their way in, and what "
            "lies that near to a border of a tree may fall on its other side than in the original model."
        )
    made_up = "Its reference rows are made up: give real ones with --data FILE.csv." if known else ""
    intake = Intake("python", copied, ModelCode(code, defines_load=True, defines_predict=True))
    return Brought(intake, data if known else None, made_up, notes=tuple(notes))


def _columns(inputs: list[Mapping[str, Any]], model: Path) -> dict[str, str]:
    """Return the columns of a graph, and the types of the inputs that they go into."""
    if len(inputs) != 1:
        return {one["name"]: one["type"] for one in inputs}
    (one,) = inputs
    width = one["shape"][1] if len(one["shape"]) > 1 else 1
    if not isinstance(width, int) or len(one["shape"]) > 2:
        raise CommandError(
            f"The input `{one['name']}` of `{model}` has the shape {one['shape']}; rows are [rows, columns], with a "
            "known number of columns.",
            remedy="Export the model with its number of columns; or write a model.py with load_model() and "
            "predict_model() that asks it, and name that: ao init --model model.py",
            code=Code.MODEL_LOAD,
        )
    return {one["name"]: one["type"]} if width == 1 else {f"x{i + 1}": one["type"] for i in range(width)}


def _made_up(kind: str, chance: random.Random) -> object:
    if kind in _FRACTIONS:
        return round(chance.gauss(0.0, 2.0), 3)
    return chance.random() < 0.5 if kind == "tensor(bool)" else chance.randrange(4)
