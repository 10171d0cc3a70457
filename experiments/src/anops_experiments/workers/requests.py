"""The line by which a worker is asked for a task: JSON for Python, code for R."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from anops_experiments.failures import ExperimentError
from anops_experiments.seeds import r_stream
from anops_experiments.tasks import FunctionRef

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_experiments.tasks import Scalar, SimulationTask

_AT_ONCE = 1000


def request(task: SimulationTask) -> bytes:
    """Return the line for a task.

    Raises:
        ExperimentError: A parameter is nothing that R has.
    """
    reference = FunctionRef.read(task.fn_ref)
    if reference.language == "python":
        return json.dumps(asked(task)).encode() + b"\n"
    stream, seed = r_stream(task.seed)
    params = ",".join(f"{_name(name)}={_value(name, value)}" for name, value in task.params.items())
    outputs = ",".join(map(_text, task.outputs))
    line = (
        f"list(n={task.number},fn={_text(task.fn_ref)},file={_text(reference.file)},name={_text(reference.function)},"
        f"params=list({params}),outputs=c({outputs}),tables=list({_tables(task)}),seed={seed}L,"
        f"stream=c({','.join(f'{word}L' if word != -(2**31) else 'NA_integer_' for word in stream)}))\n"
    )
    return line.encode()


def asked(task: SimulationTask) -> dict[str, object]:
    """Return what the program of Python takes."""
    return {
        "n": task.number, "fn": task.fn_ref, "params": dict(task.params), "seed": task.seed,
        "outputs": list(task.outputs), "tables": task.tables,
    }  # fmt: skip


def _tables(task: SimulationTask) -> str:
    return ",".join(
        f"{_name(name)}=data.frame({''.join(f'{_name(key)}={_column(cells)},' for key, cells in columns.items())}"
        "check.names=FALSE)"
        for name, columns in task.tables.items()
    )


def _column(cells: Sequence[Scalar | None]) -> str:
    kinds = {type(each) for each in cells if each is not None}
    if kinds <= {bool}:
        code = ["NA" if each is None else "TRUE" if each else "FALSE" for each in cells]
    elif kinds <= {bool, int, float}:
        code = ["NA_real_" if each is None else _double(float(each)) for each in cells]
    else:
        code = ["NA_character_" if each is None else _text(str(each)) for each in cells]
    # the parser of R takes no list that is much longer
    parts = [f"c({','.join(code[at : at + _AT_ONCE])})" for at in range(0, len(code), _AT_ONCE)]
    return f"c({','.join(parts)})" if parts else "logical()"


def _double(value: float) -> str:
    return value.hex() if math.isfinite(value) else {"nan": "NaN", "inf": "Inf", "-inf": "-Inf"}[str(value)]


def _value(name: str, value: Scalar) -> str:
    """Return R code: numbers are doubles, since R's integers overflow, and are written so that no digit is lost."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and int(float(value)) != value:
        raise ExperimentError(f"Parameter `{name}` is {value}: R keeps all whole numbers only up to 2^53.")
    return float(value).hex()


def _text(text: str) -> str:
    if "\0" in text:
        raise ExperimentError(f"R has no text with a NUL in it: {text!r}.")
    for sign, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(sign, escaped)
    return f'"{text}"'


def _name(name: str) -> str:
    return f"`{_text(name)[1:-1].replace('`', chr(92) + '`')}`"
