"""Warns where an `ao.toml` does not say which columns the model takes."""

from __future__ import annotations

from typing import Any

from anops_project.project import CONFIG_NAME

from anops_control.findings import Finding, Severity


def missing_columns(tables: dict[str, Any]) -> list[Finding]:
    """Report that `[model.inputs]` is not there; an empty one is a model that needs no columns.

    Args:
        tables: The tables of `ao.toml`, with `[model]`.
    """
    if "inputs" in tables["model"]:
        return []
    return [
        Finding(
            rule="configuration",
            severity=Severity.WARNING,
            message="The columns that the model takes are not listed, so it gets none.",
            remedy="List them under `[model.inputs]`; leave that section empty where the model needs no columns.",
            file=CONFIG_NAME,
            key="model.inputs",
        )
    ]
