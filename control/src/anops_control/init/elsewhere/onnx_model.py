"""A model as an ONNX graph, which onnxruntime computes: its columns and their types are those of its inputs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.environment import install_command, probe
from anops_control.errors import CommandError
from anops_control.init.elsewhere.brought import MADE_UP, Brought, made_up_rows, write_rows
from anops_control.init.elsewhere.program import said_by
from anops_control.init.intake import Intake, ModelCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_control.environment import Interpreter

_FRACTIONS = frozenset({"tensor(float)", "tensor(double)", "tensor(float16)"})
_LIMITS = {f"tensor(int{bits})": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32)} | {
    f"tensor(uint{bits})": (0, 2**bits - 1) for bits in (8, 16, 32)
}
"""Integers that do not take all that a column of integers may hold."""
_WHOLE = frozenset(_LIMITS) | {"tensor(int64)", "tensor(uint64)"}
_NO_FRACTIONS = _WHOLE | {"tensor(string)"}
_UNLOADED = (
    "Check whether `onnxruntime.InferenceSession()` loads it in that Python. If it says that a locale is missing, for "
    "which its steps for texts ask: export the graph for the locale C, which images have, too "
    "(options={CountVectorizer: {'locale': 'C'}} of skl2onnx)."
)
_CODE = '''"""Asks the ONNX model by onnxruntime."""

from __future__ import annotations

import re

import numpy as np
import onnxruntime
import pandas as pd

DTYPES = {{
    "tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16,
    "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(int16)": np.int16, "tensor(int8)": np.int8,
    "tensor(uint64)": np.uint64, "tensor(uint32)": np.uint32, "tensor(uint16)": np.uint16, "tensor(uint8)": np.uint8,
    "tensor(bool)": np.bool_, "tensor(string)": np.object_,
}}
# the columns that go into each input; None: all, in their order
COLUMNS = {columns}
# of its classifier, in the order of its probabilities
CLASSES = {classes}


def load_model(path):
    """Load the graph; it computes in one thread, since there is a process for each processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # it warns at each call of sizes that a converter wrote otherwise
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def predict_model(model, data, **options):
    """Predict a row for each row of `data`: a column for each value that the graph gives for a row."""
    inputs = model.get_inputs()
    one_by_one = any(one.shape[:1] == [1] for one in inputs)  # the graph was exported for a single row
    parts = [data.iloc[i : i + 1] for i in range(len(data))] if one_by_one else [data]
    answers = [model.run(None, tensors_of(part, inputs)) for part in parts]
    names = [output.name for output in model.get_outputs()]
    outputs = [(name, joined(found)) for name, *found in zip(names, *answers, strict=True)]
    columns = [column for name, values in outputs for column in columns_of(name, values)]
    return columns[0][1] if len(columns) == 1 else pd.DataFrame(dict(columns))


def tensors_of(data, inputs):
    """Return the columns in the tensors that they go into, in their order."""
    tensors = {{}}
    for one in inputs:
        columns, dtype = columns_for(one, data), np.dtype(DTYPES[one.type])
        if dtype.kind != "f" and columns.isna().to_numpy().any():
            raise ValueError(f"A value is missing for input {{one.name}}, and {{one.type}} has no missing values.")
        values = columns.to_numpy(dtype=dtype) if dtype.kind in "bO" else fitting(columns.to_numpy(), one, dtype)
        tensors[one.name] = values if len(one.shape) > 1 else values[:, 0]
    return tensors


def columns_for(one, data):
    """Return the columns that go into an input; converters write names with letters, digits and underscores only."""
    if COLUMNS[one.name] is None:
        return data
    known = {{re.sub(r"\\W", "_", name): name for name in data}} | {{name: name for name in data}}
    return data[[known.get(name) or known[re.sub(r"\\W", "_", name)] for name in COLUMNS[one.name]]]


def fitting(values, one, dtype):
    """Return numbers in the type of their input; NumPy itself would make others of those that do not fit."""
    limits = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    values = values.astype(np.float64) if dtype.kind == "f" else values
    if ((values < limits.min) | (values > limits.max))[np.isfinite(values)].any():
        raise ValueError(f"Input {{one.name}} is {{one.type}}, which goes from {{limits.min}} to {{limits.max}}.")
    return values.astype(dtype)


def joined(parts):
    """Return what the graph gave for some rows after each other as one."""
    if len(parts) == 1:
        return parts[0]
    return [row for part in parts for row in part] if isinstance(parts[0], list) else np.concatenate(parts)


def columns_of(name, values):
    """Return the columns of an output: itself, or one for each of its values or classes."""
    if isinstance(values, list):
        frame = pd.DataFrame(values)  # probabilities by class, as scikit-learn's converter writes them
        return [(f"{{name}}_{{label}}", frame[label].to_numpy()) for label in frame]
    values = np.asarray(values).reshape(len(values), -1)
    if values.shape[1] == 1:
        return [(name, values[:, 0])]
    numbers = CLASSES if len(CLASSES) == values.shape[1] else range(1, values.shape[1] + 1)
    return [(f"{{name}}_{{number}}", values[:, i]) for i, number in enumerate(numbers)]
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
    facts = said_by(
        interpreter, "onnx_facts.py", str(model.resolve()), what=f"onnxruntime can't load `{model}`", remedy=_UNLOADED
    )
    copied, code, data = stage / model.name, stage / "model.py", stage / "rows.csv"
    shutil.copyfile(model, copied)
    for name in facts["files"]:
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(model.parent / name, stage / name)
    columns = _columns(facts["inputs"], model)
    kinds = {name: one["type"] for one in facts["inputs"] for name in columns[one["name"]]}
    in_order = len(columns) == 1 and len(kinds) > 1
    written = dict.fromkeys(columns) if in_order else columns
    code.write_text(_CODE.format(columns=written, classes=facts["classes"]), encoding="utf-8")
    fractions = frozenset(name for name, kind in kinds.items() if kind in _FRACTIONS)
    known = all(kind in _FRACTIONS | _WHOLE | {"tensor(bool)"} for kind in kinds.values())
    if known:
        words = ("number" if one in _FRACTIONS else "integer" if one in _WHOLE else "boolean" for one in kinds.values())
        write_rows(data, list(kinds), made_up_rows(words), fractions)
    notes = ["The model is an ONNX graph, computed by onnxruntime."]
    if any(one["type"] == "tensor(float)" for one in (*facts["inputs"], *facts["outputs"])):
        notes.append(
            "The graph computes in single precision: numbers are rounded to about 7 digits on their way in, and what "
            "lies that near to a border of a tree may fall on its other side than in the original model."
        )
    if not facts["classes"] and _may_classify(facts["outputs"]):
        notes.append(
            "The graph does not name its classes: the numbers in names of outputs such as `probabilities_1` are places "
            "among the classes, the first being 1."
        )
    intake = Intake("python", copied, ModelCode(code, defines_load=True, defines_predict=True))
    brought = Brought(
        intake,
        files=tuple(facts["files"]),
        takes=tuple(kinds),
        in_order=in_order,
        types={
            name: "integer" if kind in _WHOLE else "string" for name, kind in kinds.items() if kind in _NO_FRACTIONS
        },
        limits={name: _LIMITS[kind] for name, kind in kinds.items() if kind in _LIMITS},
        levels={
            names[0]: tuple(facts["levels"][name])
            for name, names in columns.items()
            if name in facts["levels"] and len(names) == 1
        },
        notes=tuple(notes),
    )
    return replace(brought, data=data, data_note=MADE_UP) if known else replace(brought, named=tuple(kinds))


def _may_classify(outputs: list[Mapping[str, Any]]) -> bool:
    """Say whether a graph gives a class, and numbers of several classes beside it."""
    classes = any(one["type"] in {"tensor(int64)", "tensor(string)"} for one in outputs)
    return classes and any(one["type"] in _FRACTIONS and one["shape"][1:] != [1] for one in outputs)


def _columns(inputs: list[Mapping[str, Any]], model: Path) -> dict[str, list[str]]:
    """Return the columns that go into each input of a graph."""
    columns: dict[str, list[str]] = {}
    for one in inputs:
        width = one["shape"][1] if len(one["shape"]) > 1 else 1
        rows = one["shape"][0] if one["shape"] else None
        if isinstance(rows, int) and rows > 1:
            raise CommandError(
                f"The input `{one['name']}` of `{model}` has the shape {one['shape']}: it takes {rows} rows at a time, "
                "no more and no fewer.",
                remedy="Export the model for any number of rows, with PyTorch by dynamic_axes or dynamic_shapes.",
                code=Code.MODEL_LOAD,
            )
        if not isinstance(width, int) or len(one["shape"]) > 2:
            raise CommandError(
                f"The input `{one['name']}` of `{model}` has the shape {one['shape']}; rows are [rows, columns], with "
                "a known number of columns.",
                remedy="Export the model with its number of columns; or write a model.py with load_model() and "
                "predict_model() that asks it, and name that: ao init --model model.py",
                code=Code.MODEL_LOAD,
            )
        stem = "x" if len(inputs) == 1 else f"{one['name']}_"
        columns[one["name"]] = [one["name"]] if width == 1 else [f"{stem}{i + 1}" for i in range(width)]
    return columns
