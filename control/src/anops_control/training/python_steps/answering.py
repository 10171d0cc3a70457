"""Does a step for each request, and tells how it ended; or all of them at a terminal, with the debugger."""

from __future__ import annotations

import json
import math
import os
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .failure import StepError
from .steps import Steps
from .workflow import STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

END = "\x1e"
"""Stands before the name of a step that has ended, on standard output."""


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


def main(arguments: Sequence[str]) -> int:
    """Read the plan, and do what is asked."""
    plan = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    plan["debug"] = "--debug" in arguments
    steps = Steps(plan)
    if plan["debug"]:
        return debug(steps)
    serve(steps)
    return 0
