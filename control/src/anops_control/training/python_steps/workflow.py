"""Finds the workflow in a person's code: functions of a module, or a registered class."""

from __future__ import annotations

import importlib
import inspect
import runpy
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .failure import StepError, failure

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS = ("load_data", "split_data", "build_pipeline", "train_model", "evaluate", "save_model")


def opened(plan: Mapping[str, Any]) -> tuple[Any, bool]:
    """Import a person's code, and return its workflow and whether that is a class.

    Args:
        plan: The plan of the run.

    Raises:
        StepError: It can't be imported, or there is not one workflow that is meant.
    """
    folder, code = Path(plan["folder"]), Path(plan["code"])
    sys.path[:0] = [str(folder), str((folder / code).parent)]
    runpy.run_path(plan["own_code"])["read_from_source"](folder)
    name = ".".join(code.with_suffix("").parts)
    try:
        module = importlib.import_module(name)
    except BaseException as error:  # its own code: SystemExit as well
        raise failure(f"{code} can't be imported", error, plan["folder"]) from error
    ours = sys.modules.get("anops.training")
    registered: dict[str, Any] = dict(ours.workflow_classes) if ours is not None else {}
    wanted = plan.get("workflow")
    if not registered and wanted is None and any(inspect.isfunction(vars(module).get(step)) for step in STEPS):
        return module, False
    kind = _chosen(plan["code"], registered, wanted)
    lacking = sorted(getattr(kind, "__abstractmethods__", ()), key=lambda each: (*STEPS, each).index(each))
    if lacking:
        named = ", ".join(f"`{each}`" for each in lacking)
        raise StepError(
            f"The class `{kind.__name__}` lacks {named}.",
            remedy=f"Add a method for each to `{kind.__name__}` in {code}.",
        )
    try:
        return kind(config=plan["config"], seed=plan["seed"]), True
    except Exception as error:
        raise failure(f"`{kind.__name__}` can't be made", error, plan["folder"]) from error


def _chosen(code: str, registered: Mapping[str, Any], wanted: str | None) -> Any:  # noqa: ANN401  a person's class
    names = ", ".join(f"`{name}`" for name in registered)
    if not registered:
        raise StepError(
            f"{code} registers no workflow and has none of the functions {', '.join(STEPS)}.",
            remedy="Put @register_workflow above your class, both from `anops.training`, or write the functions.",
        )
    if wanted is None and len(registered) > 1:
        raise StepError(
            f"{code} registers {len(registered)} workflows: {names}.",
            remedy=f"Choose one: ao train --workflow {shlex.quote(list(registered)[-1])}",
        )
    if wanted is not None and wanted not in registered:
        raise StepError(f"There is no workflow `{wanted}` in {code}.", remedy=f"The workflows are {names}.")
    return registered[wanted] if wanted is not None else next(iter(registered.values()))
