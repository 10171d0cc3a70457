"""Does the steps of a training workflow in the project's own Python: it needs no package, and imports nothing of ours.

It is run by its path, with the file of the plan. Requests come as JSON lines on standard input; a step's answer is a
JSON file, and a line on standard output says that it is there. `--debug` does all steps in one go, with pdb.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import math
import numbers
import os
import pickle
import random
import runpy
import shlex
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

STEPS = ("load_data", "split_data", "build_pipeline", "train_model", "evaluate", "save_model")
END = "\x1e"
"""Stands before the name of a step that has ended, on standard output."""
MOST_FITTED = 10_000
"""Of more rows that a model is fitted on, so many are kept for monitoring."""
SPLIT = "`split_data` must return the training and the test data, as `return train, test`"


class StepError(Exception):
    """A step did not do what it must."""

    def __init__(
        self, message: str, *, remedy: str | None = None, where: str | None = None, missing: str | None = None
    ) -> None:
        super().__init__(message)
        self.missing = missing
        self.message = message
        self.remedy = remedy
        self.where = where


class Steps:
    """The steps of one workflow, and what they have made so far."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.state = Path(plan["state"])
        self.made: dict[str, Any] = {}
        self.code = str(Path(plan["folder"], plan["code"]))
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
            self._open()
            self._restore(step)
        self.mlflow.follow()
        seed(self.plan["seeds"][step])
        function = getattr(self.workflow, step, None) if step != "save_model" or self._saves() else self._dump
        if function is None:
            raise StepError(f"There is no function `{step}` in {self.plan['code']}.", remedy=f"Add `{step}`.")
        result = self._call(function, step, self._arguments(step))
        self.mlflow.follow()
        result = self._checked(step, result)
        self.made[step] = result
        if step != "save_model":
            self._keep(step, result)
        if step == "split_data":
            keep_fitted(result[::2], Path(self.plan["fitted"]))
        return {"metrics": result} if step == "evaluate" else {}

    def _open(self) -> None:
        """Import the person's code, and take the workflow from it.

        Raises:
            StepError: It can't be imported, or there is not one workflow that is meant.
        """
        folder, code = Path(self.plan["folder"]), Path(self.plan["code"])
        sys.path[:0] = [str(folder), str((folder / code).parent)]
        runpy.run_path(self.plan["own_code"])["read_from_source"](folder)
        name = ".".join(code.with_suffix("").parts)
        try:
            module = importlib.import_module(name)
        except BaseException as error:  # its own code: SystemExit as well
            raise self._failure(f"{code} can't be imported", error) from error
        ours = sys.modules.get("anops.training")
        registered: dict[str, Any] = dict(ours.workflow_classes) if ours is not None else {}
        wanted = self.plan.get("workflow")
        if not registered and wanted is None and any(inspect.isfunction(vars(module).get(step)) for step in STEPS):
            self.workflow = module
            return
        kind = self._chosen(registered, wanted)
        lacking = sorted(getattr(kind, "__abstractmethods__", ()), key=lambda each: (*STEPS, each).index(each))
        if lacking:
            named = ", ".join(f"`{each}`" for each in lacking)
            raise StepError(
                f"The class `{kind.__name__}` lacks {named}.",
                remedy=f"Add a method for each to `{kind.__name__}` in {code}.",
            )
        try:
            self.workflow = kind(config=self.plan["config"], seed=self.plan["seed"])
        except Exception as error:
            raise self._failure(f"`{kind.__name__}` can't be made", error) from error
        self.is_class = True

    def _chosen(self, registered: Mapping[str, Any], wanted: str | None) -> Any:  # noqa: ANN401  a person's class
        code, names = self.plan["code"], ", ".join(f"`{name}`" for name in registered)
        if not registered:
            raise StepError(
                f"{code} registers no workflow and has none of the functions {', '.join(STEPS)}.",
                remedy="Put @register_workflow above your class, both from `anops.training`, or write the functions.",
            )
        if wanted is None and len(registered) > 1:
            raise StepError(
                f"{code} registers {len(registered)} workflows: {names}.",
                remedy=f"Say which: ao train --workflow {shlex.quote(list(registered)[-1])}",
            )
        if wanted is not None and wanted not in registered:
            raise StepError(f"There is no workflow `{wanted}` in {code}.", remedy=f"There is {names}.")
        return registered[wanted] if wanted is not None else next(iter(registered.values()))

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
            raise self._failure(f"`{step}` failed", error) from error

    def _failure(self, lead: str, error: BaseException) -> StepError:
        traceback.print_exception(error)
        own = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.startswith(self._root())]
        where = f"{os.path.relpath(own[-1].filename, self._root())}, line {own[-1].lineno}" if own else None
        told = traceback.format_exception_only(type(error), error)[-1].strip()
        missing = error.name if isinstance(error, ModuleNotFoundError) and not own[1:] else None
        remedy = f"Install `{missing}` into {sys.executable}." if missing else None
        return StepError(f"{lead}: {told}", where=where, remedy=remedy, missing=missing)

    def _root(self) -> str:
        return str(Path(self.plan["folder"])) + os.sep

    def _checked(self, step: str, result: Any) -> Any:  # noqa: ANN401  a person's value
        if step == "save_model":
            path = Path(self.plan["artifact"])
            if not path.exists():
                raise StepError(
                    "`save_model` wrote no file.", remedy=f"Let it write the model to its argument `path`: {path.name}"
                )
            return None
        if result is None:
            raise StepError(f"`{step}` returned nothing.", remedy=f"End `{step}` with `return …`.")
        if step == "split_data":
            if isinstance(result, Mapping) and {"train", "test"} <= set(result):
                return (result["train"], result["test"])
            if not isinstance(result, tuple | list) or len(result) not in {2, 4}:
                count = f"{len(result)} values" if isinstance(result, tuple | list) else f"a {type(result).__name__}"
                raise StepError(f"{SPLIT}; it returned {count}.")
            return tuple(result)
        return metrics_of(result) if step == "evaluate" else result

    def _get(self, step: str) -> Any:  # noqa: ANN401  a person's value
        if step not in self.made:
            self.made[step] = self._read(step)["result"]
        return self.made[step]

    def _read(self, step: str) -> Any:  # noqa: ANN401  the same
        file = self.state / f"{step}.state"
        try:
            return joblib().load(file)
        except Exception as error:
            raise StepError(
                f"What `{step}` made can't be read again: {error}", remedy="Train from the beginning: ao train"
            ) from error

    def _restore(self, step: str) -> None:
        """Take what the steps before, of another process, have set on the workflow."""
        before = [each for each in STEPS[: STEPS.index(step)] if (self.state / f"{each}.state").exists()]
        if before and self.is_class:
            vars(self.workflow).update(self._read(before[-1])["attributes"])

    def _keep(self, step: str, result: object) -> None:
        attributes = {}
        if self.is_class:
            attributes = {name: value for name, value in vars(self.workflow).items() if name not in {"config", "seed"}}
        file = self.state / f"{step}.state"
        partial = file.with_suffix(".partial")
        try:
            joblib().dump({"result": result, "attributes": attributes}, partial)
        except OSError:
            raise
        except Exception as error:
            raise StepError(
                f"What `{step}` returned can't be handed on as a file: it is a {type(result).__name__}. {error}",
                remedy="Return plain data, such as a data frame or an array: no generator, connection or open file.",
            ) from error
        partial.replace(file)


class MlflowRun:
    """Leads MLflow's own calls and its autologging into one run, that of this training, where a step imports it."""

    def __init__(self, lines: Path) -> None:
        self._lines = lines
        self._run: str | None = None
        self._given_up = False

    def follow(self) -> None:
        """Make MLflow go on with the run, or begin it; before MLflow is imported nothing is done."""
        mlflow: Any = sys.modules.get("mlflow")
        if mlflow is None or self._given_up or not os.environ.get("MLFLOW_EXPERIMENT_NAME"):
            return
        if self._run is None:
            try:
                self._run = self._begun(mlflow)
            except Exception as error:  # noqa: BLE001  whatever MLflow raises: its calls are then on their own
                self._given_up = True
                told = f"MLflow's own calls can't be kept with this run: {type(error).__name__}: {error}"
                sys.stdout.write(told.partition("\n")[0] + "\n")
                return
        if mlflow.active_run() is None:
            os.environ["MLFLOW_RUN_ID"] = self._run

    def _begun(self, mlflow: Any) -> str:  # noqa: ANN401  a module
        """Begin the run, or take the one that a step has begun by itself, and tell it."""
        last = mlflow.active_run() or mlflow.last_active_run()
        if last is None:
            client, name = mlflow.MlflowClient(), os.environ["MLFLOW_EXPERIMENT_NAME"]
            found = client.get_experiment_by_name(name)
            place = os.environ.get("ANOPS_MLFLOW_ARTIFACTS") or None
            experiment = found.experiment_id if found else client.create_experiment(name, artifact_location=place)
            run = str(client.create_run(experiment).info.run_id)
        else:
            run = str(last.info.run_id)
        with self._lines.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps({"kind": "tag", "name": "anops.begun_by_mlflow", "value": run}) + "\n")
        fluent: Any = importlib.import_module("mlflow.tracking.fluent")
        end_run = fluent.end_run

        def ended(*arguments: Any, **named: Any) -> None:  # noqa: ANN401  MLflow's own
            # MLflow takes the variable away when it goes on with the run; what is fitted next goes on with it too
            end_run(*arguments, **named)
            if mlflow.active_run() is None:
                os.environ["MLFLOW_RUN_ID"] = run

        fluent.end_run = ended
        return run


def metrics_of(result: object) -> dict[str, float]:
    """Return what `evaluate` returned as numbers by name.

    Raises:
        StepError: It is something else.
    """
    if not isinstance(result, Mapping) or not result:
        kind = "an empty dict" if isinstance(result, Mapping) else f"a {type(result).__name__}"
        raise StepError(f'`evaluate` must return metrics by name, such as {{"rmse": 2.3}}; it returned {kind}.')
    metrics = {}
    for name, value in result.items():
        plain = value.item() if getattr(value, "size", None) == 1 and hasattr(value, "item") else value
        if not isinstance(plain, numbers.Real):
            raise StepError(f"`evaluate` must return a number for `{name}`; it returned a {type(value).__name__}.")
        metrics[str(name)] = float(plain)
    return metrics


def keep_fitted(train: tuple[Any, ...], file: Path) -> None:
    """Keep the rows that the model is fitted on, where they are a data frame, for monitoring to compare with.

    Args:
        train: A data frame; or one without the outcome, and the outcome.
        file: Where; of very many rows some are kept, evenly over all.
    """
    try:
        rows = train[0]
        if hasattr(rows, "to_pandas"):
            rows = rows.to_pandas()
        if not hasattr(rows, "iloc") or not hasattr(rows, "columns"):
            return
        step = max(1, -(-len(rows) // MOST_FITTED))
        kept = rows.iloc[::step]
        if len(train) == 2 and len(train[1]) == len(rows):
            name = getattr(train[1], "name", None)
            kept = kept.assign(**{name if isinstance(name, str) else "outcome": list(train[1])[::step]})
        kept.to_csv(file, index=False)
    except Exception as error:  # noqa: BLE001  whatever a person's data raise: the training goes on
        sys.stdout.write(f"The rows that are fitted on are not kept for monitoring: {type(error).__name__}: {error}\n")


def joblib() -> Any:  # noqa: ANN401  a module
    """Return joblib where it is, or what writes and reads pickles as it does."""
    try:
        return importlib.import_module("joblib")
    except ModuleNotFoundError:
        return Pickle


class Pickle:
    """Writes and reads pickles."""

    @staticmethod
    def dump(value: object, path: str | Path) -> None:
        """Write one."""
        with Path(path).open("wb") as opened:
            pickle.dump(value, opened, protocol=5)

    @staticmethod
    def load(path: str | Path) -> Any:  # noqa: ANN401  whatever it holds
        """Read one."""
        with Path(path).open("rb") as opened:
            return pickle.load(opened)  # noqa: S301  written by the run itself


def seed(number: int) -> None:
    """Seed what draws by chance: Python, NumPy, and PyTorch where it is in use."""
    random.seed(number)
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module("numpy").random.seed(number)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(number)


def tell(plan: dict[str, Any], step: str, metrics: Mapping[str, float]) -> None:
    """Tell metrics as lines of the run."""
    with Path(plan["lines"]).open("a", encoding="utf-8") as opened:
        for name, value in metrics.items():
            number = value if math.isfinite(value) else str(value).replace("inf", "Infinity").replace("nan", "NaN")
            told = {"kind": "metric", "name": name, "value": number, "workflow_step": step, "time": time.time()}
            opened.write(json.dumps(told) + "\n")


def answered(steps: Steps, step: str) -> dict[str, Any]:
    """Do a step, and say how it ended."""
    started = time.monotonic()
    try:
        told = {"ok": True, **steps.do(step)}
        if step == "evaluate":
            tell(steps.plan, step, told["metrics"])
            told["metrics"] = {
                name: value if math.isfinite(value) else str(value) for name, value in told["metrics"].items()
            }
    except StepError as failure:
        told = {"ok": False, "message": failure.message, "remedy": failure.remedy, "where": failure.where}
        told |= {"missing": failure.missing, "python": sys.executable}
    except OSError as error:
        traceback.print_exc()
        told = {"ok": False, "message": f"What `{step}` made can't be kept: {error}", "remedy": None, "where": None}
    return {**told, "seconds": time.monotonic() - started}


def serve(steps: Steps) -> None:
    """Do a step for each request, until there are no more."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # a step that asks a person finds nobody
    output = os.dup(1)
    for line in requests:
        request = json.loads(line)
        answer = answered(steps, request["step"])
        reply = Path(request["reply"])
        reply.write_text(json.dumps(answer), encoding="utf-8")
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(output, f"{END}{request['step']}\n".encode())


def debug(steps: Steps) -> int:
    """Do all steps in this process; one that fails opens the debugger where it failed."""
    import pdb  # noqa: PLC0415, T100  the person asked for it

    for step in STEPS:
        sys.stdout.write(f"── {step}\n")
        sys.stdout.flush()
        try:
            answer = answered(steps, step)
        except Exception as error:  # noqa: BLE001  whatever the person's code raises
            traceback.print_exception(error)
            pdb.post_mortem(error.__traceback__)
            return 1
        if not answer["ok"]:
            sys.stdout.write(f"{answer['message']}\n{answer['remedy'] or ''}\n")
            return 1
        if answer.get("metrics"):
            sys.stdout.write(f"{answer['metrics']}\n")
    return 0


def main() -> int:
    """Read the plan, and do what is asked."""
    sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != Path(__file__).resolve().parent]
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    plan["debug"] = "--debug" in sys.argv
    steps = Steps(plan)
    if plan["debug"]:
        return debug(steps)
    serve(steps)
    return 0


if __name__ == "__main__":
    sys.exit(main())
