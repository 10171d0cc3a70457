"""Does the steps of one workflow, each with what those before it have made."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import os
import random
import sys
from pathlib import Path
from typing import Any

from .failure import StepError, failure
from .fitted_rows import keep_fitted
from .kept import Kept, joblib
from .mlflow_run import MlflowRun
from .results import checked
from .workflow import STEPS, opened


class Steps:
    """The steps of one workflow, and what they have made so far."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self._kept = Kept(Path(plan["state"]))
        self.made: dict[str, Any] = {}
        self.workflow: Any = None
        self.is_class = False
        self.mlflow = MlflowRun(Path(plan["lines"]))

    def do(self, step: str) -> dict[str, Any]:
        """Do a step and keep what it returned.

        Raises:
            StepError: It failed, or returned what it must not.
        """
        os.environ["ANOPS_WORKFLOW_STEP"] = step
        if self.workflow is None:
            self.workflow, self.is_class = opened(self.plan)
            self._restore(step)
        self.mlflow.follow()
        seed(self.plan["seeds"][step])
        function = getattr(self.workflow, step, None) if step != "save_model" or self._saves() else self._dump
        if function is None:
            raise StepError(f"There is no function `{step}` in {self.plan['code']}.", remedy=f"Add `{step}`.")
        result = self._call(function, step, self._arguments(step))
        self.mlflow.follow()
        result = checked(step, result, self.plan["artifact"])
        self.made[step] = result
        if step != "save_model":
            self._kept.write(step, result, self._attributes())
        if step == "split_data":
            keep_fitted(result[::2], Path(self.plan["fitted"]))
        return {"metrics": result} if step == "evaluate" else {}

    def _saves(self) -> bool:
        return self.is_class or hasattr(self.workflow, "save_model")

    def _dump(self, model: object, path: str) -> None:
        joblib().dump(model, path)

    def _arguments(self, step: str) -> tuple[Any, ...]:
        get = self._get
        if step == "split_data":
            return (get("load_data"),)
        if step in {"train_model", "evaluate"}:
            parts = get("split_data")
            first = get("build_pipeline") if step == "train_model" else get("train_model")
            return (first, *parts[0 if step == "train_model" else 1 :: 2])
        if step == "save_model":
            return (get("train_model"), self.plan["artifact"])
        return ()

    def _call(self, function: Any, step: str, arguments: tuple[Any, ...]) -> Any:  # noqa: ANN401  a person's function
        named = {}
        if not self.is_class and "config" in inspect.signature(function).parameters:
            named["config"] = self.plan["config"]
        try:
            return function(*arguments, **named)
        except BaseException as error:  # SystemExit as well
            if isinstance(error, KeyboardInterrupt) or (self.plan.get("debug") and not isinstance(error, SystemExit)):
                raise
            raise failure(f"`{step}` failed", error, self.plan["folder"]) from error

    def _get(self, step: str) -> Any:  # noqa: ANN401  a person's value
        if step not in self.made:
            self.made[step] = self._kept.read(step)["result"]
        return self.made[step]

    def _restore(self, step: str) -> None:
        """Take what the steps before, of another process, have set on the workflow."""
        before = [each for each in STEPS[: STEPS.index(step)] if self._kept.has(each)]
        if before and self.is_class:
            vars(self.workflow).update(self._kept.read(before[-1])["attributes"])

    def _attributes(self) -> dict[str, Any]:
        if not self.is_class:
            return {}
        return {name: value for name, value in vars(self.workflow).items() if name not in {"config", "seed"}}


def seed(number: int) -> None:
    """Seed what draws by chance: Python, NumPy, and PyTorch where it is in use."""
    random.seed(number)
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module("numpy").random.seed(number)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(number)
