"""A model that MLflow has kept: a folder with a file MLmodel, or an address of a run or of the registry."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.schema import OptionSpec

from anops_control.environment import install_command, probe
from anops_control.errors import CommandError
from anops_control.init.elsewhere.brought import MADE_UP, Brought, made_up_rows, write_rows
from anops_control.init.elsewhere.program import said_by
from anops_control.init.intake import Intake, ModelCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.environment import Interpreter

ADDRESSES = ("models:/", "runs:/", "mlflow-artifacts:/")
FOLDER = "mlflow_model"
_TYPES = {
    "integer": "integer", "long": "integer", "float": "number", "double": "number", "boolean": "boolean",
    "string": "string", "datetime": "datetime",
}  # fmt: skip
_NESTED = frozenset({"array", "object", "map"})
"""Types of a signature whose values hold others: no cell of a data frame on its way to a service does."""
_MADE_UP = frozenset({"number", "integer", "boolean", "datetime"})
"""Columns of which a model takes any value; texts may have to be among those that it knows."""
_CODE = '''"""Asks the MLflow model in the folder `{folder}` by its flavour python_function."""

from __future__ import annotations

from pathlib import Path

import mlflow.pyfunc
import numpy as np

FOLDER = Path(__file__).parent / "{folder}"


def load_model(path):
    """Load the model."""
    return mlflow.pyfunc.load_model(str(FOLDER))


def predict_model(model, data, **options):
    """Predict a row for each row of `data`."""
    return model.predict(in_its_types(model, data), params=options or None)


def in_its_types(model, data):
    """Return rows in the types of the model's signature: MLflow itself takes no whole numbers for fractions."""
    wanted = model.metadata.get_input_schema()
    if wanted is None:
        return data
    if wanted.is_tensor_spec():
        values, kind = data.to_numpy(), np.dtype(wanted.input_types()[0])
        refuse_misfits(values, kind)
        return values.astype(kind)
    if not wanted.has_input_names():
        return data
    types = {{column.name: np.dtype(column.type.to_pandas()) for column in wanted.inputs if column.name in data}}
    types = {{name: kind for name, kind in types.items() if not data[name].hasnans or kind.kind in "fOM"}}
    for name, kind in types.items():
        refuse_misfits(data[name].to_numpy(), kind)
    return data.astype(types)


def refuse_misfits(values, kind):
    """Refuse numbers that a type can't hold: NumPy would make others of them."""
    if kind.kind not in "iuf":
        return
    limits = np.finfo(kind) if kind.kind == "f" else np.iinfo(kind)
    values = values.astype(np.float64) if kind.kind == "f" else values
    if kind.kind != "f" and np.isnan(values).any():
        raise ValueError(f"A value is missing, and {{kind}} has no missing values.")
    if ((values < limits.min) | (values > limits.max))[np.isfinite(values)].any():
        raise ValueError(f"A value does not fit: {{kind}} goes from {{limits.min}} to {{limits.max}}.")
'''

_CODE_OF_FLAVOUR = '''"""Loads the MLflow model in the folder `{folder}` by its flavour {flavour}{why}."""

from __future__ import annotations

from pathlib import Path

import mlflow.{flavour}

FOLDER = Path(__file__).parent / "{folder}"


def load_model(path):
    """Load the model."""
    return mlflow.{flavour}.load_model(str(FOLDER))
'''
_TELLING = ("sklearn", "xgboost", "lightgbm", "catboost")
"""Flavours whose fitted objects say themselves which columns they take, where a signature does not."""
_ALIAS = re.compile(r"[\w. -]+@[\w.-]+")


def is_mlflow(model: Path) -> bool:
    """Say whether a person named a model of MLflow's."""
    text = str(model).replace("\\", "/")
    return (model / "MLmodel").is_file() or text.startswith(ADDRESSES) or _is_alias(model)


def _is_alias(model: Path) -> bool:
    """Say whether a person named a registered model as `name@alias`, and no file."""
    return _ALIAS.fullmatch(str(model)) is not None and not model.suffix and not model.exists()


def bring(model: Path, stage: Path, interpreter: Interpreter) -> Brought:
    """Take in a model.

    Args:
        model: Its folder or address.
        stage: An empty folder for what is made of it.
        interpreter: The Python that loads it.

    Raises:
        CommandError: It can't be read, or the Python has no MLflow.
    """
    facts = _facts(Path(f"models:/{model}") if _is_alias(model) else model, stage / FOLDER, interpreter)
    code, data = stage / "model.py", None
    if facts["series"] is not None:
        return _by_flavour(facts["series"], facts, stage, code)
    if facts["example"] is None and not facts["columns"] and not facts["tensor"]:
        telling = next((name for name in _TELLING if name in facts["flavors"]), None)
        if telling is not None:
            return _by_flavour(telling, facts, stage, code)
    code.write_text(_CODE.format(folder=FOLDER), encoding="utf-8")
    columns = {column["name"]: column for column in facts["columns"] if "name" in column}
    _refuse_nested(model, columns)
    types = {name: _TYPES.get(column["type"], "") for name, column in columns.items()}
    example, note, named = facts["example"], "", ()
    fractions = frozenset(name for name, kind in types.items() if kind == "number")
    if example is not None:
        data = stage / "input_example.csv"
        write_rows(data, example["columns"], example["rows"], fractions)
    elif types and _MADE_UP.issuperset(types.values()):
        data, note = stage / "made_up.csv", MADE_UP
        write_rows(data, list(types), made_up_rows(types.values()), fractions)
    else:
        named = tuple(types)
    intake = Intake("python", None, ModelCode(code, defines_load=True, defines_predict=True))
    return Brought(
        intake,
        data,
        note,
        named=named,
        files=_files(stage),
        options=dict(map(_option, facts["params"])),
        takes=() if facts["tensor"] and not types else tuple(types),
        optional=frozenset(name for name, column in columns.items() if not column.get("required", True)),
        in_order=facts["tensor"],
        types=types,
        limits={name: tuple(column["range"]) for name, column in columns.items() if column.get("range")},
        packages=facts["packages"],
        notes=tuple(_notes(facts)),
    )


def _refuse_nested(model: Path, columns: Mapping[str, Mapping[str, Any]]) -> None:
    nested = [name for name, column in columns.items() if column["type"] in _NESTED and column.get("required", True)]
    if nested:
        kind = columns[nested[0]]["type"]
        raise CommandError(
            f"`{model}` takes {'an' if kind in {'array', 'object'} else 'a'} {kind} in each row of its column "
            f"`{nested[0]}`; a column must have a number, text, boolean or time in each row.",
            remedy="Keep it in MLflow with a PythonModel that takes each element as a column of its own.",
            code=Code.MODEL_LOAD,
        )


def _by_flavour(flavour: str, facts: Mapping[str, Any], stage: Path, code: Path) -> Brought:
    """Take in a model as its own library has it: one that forecasts, or that says itself which columns it takes."""
    forecasts = facts["series"] is not None
    why = ", which forecasts" if forecasts else ""
    code.write_text(_CODE_OF_FLAVOUR.format(folder=FOLDER, flavour=flavour, why=why), encoding="utf-8")
    intake = Intake("python", None, ModelCode(code, defines_load=True, defines_predict=False))
    what = "and forecasts its time series" if forecasts else "since it has no signature: it says itself what it takes"
    notes = (f"The model is loaded by MLflow's flavour {flavour}, {what}.",)
    return Brought(intake, None, "", files=_files(stage), packages=facts["packages"], notes=notes)


def _files(stage: Path) -> tuple[str, ...]:
    return tuple(path.relative_to(stage).as_posix() for path in sorted((stage / FOLDER).rglob("*")) if path.is_file())


def _facts(model: Path, folder: Path, interpreter: Interpreter) -> dict[str, Any]:
    if probe(interpreter.path, ("mlflow",)).missing:
        raise CommandError(
            f"`{model}` is a model of MLflow, which is not in the Python that loads the model.",
            details=[f"It is {interpreter.path} ({interpreter.origin})."],
            command=install_command(interpreter, ["mlflow"]),
            code=Code.ENVIRONMENT,
        )
    return said_by(
        interpreter,
        "mlflow_facts.py",
        str(model),
        str(folder),
        what=f"MLflow can't give the model `{model}`",
        remedy="Check whether the name or address is right. For one of a server of MLflow, MLFLOW_TRACKING_URI must "
        "name that server.",
    )


def _option(parameter: Mapping[str, Any]) -> tuple[str, OptionSpec]:
    kind = _TYPES.get(parameter["type"], "string")
    default, many = parameter.get("default"), bool(parameter.get("shape"))
    if many and default is not None:
        default = tuple(default)
    return parameter["name"], OptionSpec(type=kind, default=default, list=many)  # type: ignore[arg-type]  # one of them


def _notes(facts: Mapping[str, Any]) -> list[str]:
    flavours = [name for name in facts["flavors"] if name != "python_function"]
    notes = [f"The model is asked by MLflow's flavour python_function ({', '.join(flavours) or 'no other'})."]
    if not facts["columns"] and not facts["tensor"]:
        notes.append("The model has no signature: see whether its columns under [model.inputs] are right.")
    return notes
