"""Describes a packed project to MLflow: two flavours, and a signature that its own tools check."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, DataType, Schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_control.tracking.port import NewVersion
    from anops_model_interface.schema import ColumnSpec

_TYPES = {
    "number": DataType.double,
    "integer": DataType.long,
    "boolean": DataType.boolean,
    "string": DataType.string,
    "category": DataType.string,
    "date": DataType.string,
    "datetime": DataType.string,
}


def describe(new: NewVersion, folder: Path) -> None:
    """Write `MLmodel` and what MLflow makes environments of into a folder that has the packed project."""
    model = Model(signature=signature_of(new))
    model.add_flavor("anops", form=1, data=".", language=new.language, digest=new.tags.get("anops.digest", ""))
    model.add_flavor(
        "python_function",
        loader_module="anops_tracking.loading",
        data="project",
        python_version=_python(),
        env={"virtualenv": "python_env.yaml", "conda": "conda.yaml"},
    )
    own = f"anops-tracking=={version('anops-tracking')}"
    loads = f"anops-model-service-r=={version('anops-control')}" if new.language == "r" else "anops-worker[data-frames]"
    (folder / "requirements.txt").write_text(f"{own}\n{loads}\n", encoding="utf-8")
    (folder / "python_env.yaml").write_text(
        f"python: {_python()}\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n", encoding="utf-8"
    )
    (folder / "conda.yaml").write_text(
        f"channels:\n- conda-forge\ndependencies:\n- python={_python()}\n- pip\n- pip:\n  - {own}\n  - {loads}\n"
        "name: mlflow-env\n",
        encoding="utf-8",
    )
    model.save(str(folder / "MLmodel"))


def signature_of(new: NewVersion) -> ModelSignature:
    """Return the signature; a whole number is a double where R answers, which has no other that is missing."""
    inputs, outputs = _schema(new.schema.inputs, new.language), _schema(new.schema.outputs, new.language)
    return ModelSignature(inputs=inputs, outputs=outputs)


def _schema(columns: Mapping[str, ColumnSpec], language: str) -> Any:  # noqa: ANN401  MLflow is untyped
    found: list[Any] = [
        ColSpec(
            DataType.double if language == "r" and spec.type == "integer" else _TYPES[spec.type],
            name,
            required=spec.missing in {None, "error"},
        )
        for name, spec in columns.items()
    ]
    return Schema(found) if found else None


def _python() -> str:
    import platform  # noqa: PLC0415  for a version alone

    return platform.python_version()
