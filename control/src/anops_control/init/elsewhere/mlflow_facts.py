"""Fetches an MLflow model and prints what it says of itself, as JSON; run by the Python that has MLflow.

It is a program of its own: python mlflow_facts.py MODEL FOLDER
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def main(model: str, folder: str) -> None:
    """Put the model into a folder, and print its columns, parameters and example.

    Args:
        model: A folder, or an address: `runs:/…`, `models:/…`.
        folder: Where it is to be; it does not exist.
    """
    import mlflow.artifacts
    from mlflow.models import Model

    source = Path(model)
    if not source.is_dir():
        source = Path(mlflow.artifacts.download_artifacts(artifact_uri=model))
    shutil.copytree(source, folder)
    read = Model.load(folder)
    signature = read.signature
    inputs = None if signature is None or signature.inputs is None else signature.inputs
    told = {
        "flavors": list(read.flavors),
        "series": _of_series(read.flavors, folder),
        "columns": [] if inputs is None else _of_tensor(inputs) if inputs.is_tensor_spec() else _of_columns(inputs),
        "tensor": inputs is not None and inputs.is_tensor_spec(),
        "params": [] if signature is None or signature.params is None else signature.params.to_dict(),
        "example": _example(read, folder),
        "packages": _packages(Path(folder, "requirements.txt")),
    }
    print(json.dumps(told, default=str))


def _of_columns(inputs: Any) -> list[dict[str, object]]:  # noqa: ANN401  a Schema of MLflow
    columns: list[dict[str, object]] = inputs.to_dict()
    return [{**one, "range": [-(2**31), 2**31 - 1]} if one["type"] == "integer" else one for one in columns]


def _of_tensor(inputs: Any) -> list[dict[str, object]]:  # noqa: ANN401  a Schema of MLflow
    """Return the columns of a signature that is one tensor of rows, (-1, 3); none where it is anything else."""
    specs = inputs.inputs
    shape = tuple(specs[0].shape) if len(specs) == 1 and specs[0].name is None else ()
    kind = {"f": "double", "i": "long", "u": "long", "b": "boolean"}.get(specs[0].type.kind)
    if kind is None or len(shape) != 2 or shape[0] != -1 or shape[1] < 1:
        return []
    range_of = _range(specs[0].type) if kind == "long" else None
    return [{"name": name, "type": kind, "required": True, "range": range_of} for name in _names(shape[1])]


def _range(kind: Any) -> list[int] | None:  # noqa: ANN401  a dtype of NumPy
    """Return the ends of a type of integers; None where it holds all that a column of integers may."""
    bits = 8 * kind.itemsize - (kind.kind == "i")
    return None if bits > 62 else [-(2**bits) if kind.kind == "i" else 0, 2**bits - 1]


def _names(count: int) -> list[str]:
    return [f"x{number}" for number in range(1, count + 1)]


def _of_series(flavors: Mapping[str, object], folder: str) -> str | None:
    """Return the flavour by which a model forecasts its time series: python_function takes rows, and has none."""
    for name in ("prophet", "pmdarima"):
        if name in flavors:
            return name
    if "statsmodels" in flavors:
        import mlflow.statsmodels

        model = mlflow.statsmodels.load_model(folder)
        fitted = getattr(getattr(model, "_results", model), "model", None)
        if type(fitted).__module__.startswith("statsmodels.tsa."):
            return "statsmodels"
    return None


def _packages(file: Path) -> dict[str, str]:
    """Return the packages that a model was saved with, in the versions that are here."""
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line.strip())
        if name is not None:
            with suppress(importlib.metadata.PackageNotFoundError):
                found[name[0]] = importlib.metadata.version(name[0])
    return found


def _example(read: object, folder: str) -> object:
    """Return the example that is kept with a model: names and rows, or None."""
    try:
        frame = read.load_input_example(folder)  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001  of another version, or for packages that are not there
        return None
    if isinstance(frame, tuple):
        frame = frame[0]
    if hasattr(frame, "to_dict"):
        split = json.loads(frame.to_json(orient="split", date_format="iso"))
        return {"columns": [str(name) for name in split["columns"]], "rows": split["data"]}
    if hasattr(frame, "tolist") and getattr(frame, "ndim", 0) == 2:
        return {"columns": _names(frame.shape[1]), "rows": frame.tolist()}
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
