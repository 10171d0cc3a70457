"""What a program that fits a model tells of its run: lines of JSON in the file that ANOPS_RUN_LINES names.

In a script that `ao train` or `ao run --track` runs, these keep something with the run; run by itself, such a script
works as before: nobody listens, and nothing is kept.
"""

from __future__ import annotations

import json
import math
import os
import re
import time
from pathlib import Path
from typing import Any

_VARIABLE = "ANOPS_RUN_LINES"


def log_metric(name: str, value: float, step: int | None = None) -> None:
    """Keep a metric with the run.

    Args:
        name: What it is called.
        value: A number.
        step: Its position in a series, such as an epoch.

    Raises:
        TypeError: The value is no single number.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"The metric `{name}` must be a single number, not {type(value).__name__}.") from None
    told: float | str = number
    if not math.isfinite(number):
        told = "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    _tell("metric", name, value=told, **({} if step is None else {"step": int(step)}))


def log_parameter(name: str, value: object) -> None:
    """Keep a parameter with the run; what JSON can't hold is kept as its text."""
    plain = value.item() if hasattr(value, "item") and getattr(value, "ndim", None) == 0 else value
    if isinstance(plain, float) and not math.isfinite(plain):
        plain = str(plain)
    try:
        json.dumps(plain, allow_nan=False)
    except (TypeError, ValueError):
        plain = str(plain)
    _tell("parameter", name, value=plain)


def log_figure(name: str, figure: Any) -> None:  # noqa: ANN401  of any library
    """Keep a figure with the run.

    Args:
        name: What it is called.
        figure: What can save itself: a figure or axes of matplotlib, a plot of plotnine, an image of Pillow.

    Raises:
        TypeError: It can't be saved.
    """
    if _file() is None:
        return
    drawn = getattr(figure, "figure", figure) if not hasattr(figure, "savefig") else figure
    path = _place(f"{re.sub(r'[^0-9A-Za-z._-]', '_', name)}.png")
    for method in ("savefig", "save", "write_image"):
        if hasattr(drawn, method):
            getattr(drawn, method)(str(path))
            _tell("figure", name, path=str(path))
            return
    raise TypeError(f"The figure `{name}` can't be saved: {type(figure).__name__} has no savefig() or save().")


def log_artifact(path: str | Path, name: str | None = None) -> None:
    """Keep a file with the run.

    Raises:
        FileNotFoundError: It is not there.
    """
    file = Path(path)
    if not file.exists():
        raise FileNotFoundError(f"There is no file `{path}` to keep.")
    _tell("artifact", name or file.name, path=str(file.resolve()))


def _file() -> str | None:
    return os.environ.get(_VARIABLE) or None


def _tell(kind: str, name: str, **told: object) -> None:
    if not isinstance(name, str) or not name:
        raise TypeError("What is logged of a run must have a name, a text.")
    file = _file()
    if file is None:
        return
    line = json.dumps({"kind": kind, "name": name, **told, "time": time.time()}, ensure_ascii=False, allow_nan=False)
    # one write, so that lines of others don't come in between
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, line.encode() + b"\n")
    finally:
        os.close(handle)


def _place(name: str) -> Path:
    folder = Path(str(_file())).parent / "told"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve() / f"{time.time_ns()}-{os.getpid()}-{name}"
