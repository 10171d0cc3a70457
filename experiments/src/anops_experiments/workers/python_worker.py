"""Runs functions of Python, one task after the other; a program of its own that needs nothing but Python.

It is started by its path with two numbers of open files: it reads a line of JSON for each task from one, and writes an
answer of `anops_experiments/wire.py` to the other.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import random
import struct
import sys
import sysconfig
import time
import traceback
import types
from importlib import machinery
from pathlib import Path
from typing import Any

_MISSING = object()
# asked for beforehand: from Python 3.13 on it imports a module, and would be asked for again while that is found
_LIBRARY = Path(sysconfig.get_paths()["stdlib"]).resolve()
_functions: dict[str, Any] = {}
_signatures: dict[str, Any] = {}


class _SourceLoader(machinery.SourceFileLoader):
    """Loads a file as it is now: byte code that Python keeps is told from it by whole seconds and size alone."""

    def get_code(self, fullname: str) -> types.CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class Refused(Exception):  # noqa: N818  what is told to a person is its text alone
    """What a person wrote can't be run: its text says why."""


class NotThere(Refused):
    """There is no such function."""

    def __init__(self, text: str, there: list[str]) -> None:
        super().__init__(text)
        self.there = there


def answer(task: dict[str, Any]) -> bytes:
    """Do a task, and return its answer as bytes."""
    started = time.time()
    clock = time.perf_counter()
    try:
        function = _function(task["fn"])
        arguments = _arguments(function, task)
        _seed(task["seed"])
        clock = time.perf_counter()
        made = function(**arguments)
        seconds = time.perf_counter() - clock
        lines, payload = _encoded(made, task["outputs"])
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001  also what ends a process: it ends the task alone
        return _failed(task, error, time.perf_counter() - clock, started)
    return _framed([_line("ok", task["n"], f"{seconds:.9f}", f"{started:.3f}"), *lines], payload)


def language() -> str:
    """Return the name and version of the language."""
    return f"Python {sys.version.split()[0]}"


def _function(reference: str) -> Any:  # noqa: ANN401  a person's function
    if reference in _functions:
        return _functions[reference]
    place, _, name = reference.rpartition(":")
    if place.endswith(".py"):
        path = Path(place)
        if not path.is_file():
            files = sorted(each.as_posix() for each in path.parent.glob("*.py"))
            raise NotThere(f"There is no file `{place}` in {Path.cwd()}.", [f"{each}:{name}" for each in files])
        loader = _SourceLoader(path.stem, str(path))
        module = types.ModuleType(path.stem)
        module.__file__, module.__loader__ = str(path), loader
        sys.modules.setdefault(path.stem, module)
        loader.exec_module(module)
    else:
        try:
            module = importlib.import_module(place)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{place}.".startswith(f"{error.name}."):
                raise  # of the person's code
            raise NotThere(f"There is no module `{place}`.", []) from None
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, _MISSING)
    if found is _MISSING:
        there = [key for key, value in vars(module).items() if inspect.isfunction(value) and not key.startswith("_")]
        text = f"There is no function `{name}` in `{place}`; it has {', '.join(sorted(there)) or 'none'}."
        raise NotThere(text, [f"{place}:{each}" for each in sorted(there)])
    if not callable(found):
        raise Refused(f"`{name}` in `{place}` must be a function, not {type(found).__name__}.")
    _functions[reference] = found
    return found


def _own_finder(path: str) -> machinery.FileFinder:
    """Find what is imported from the folder of the code; packages that are installed below it are none of it."""
    place = Path(path or ".").resolve()
    own = place.is_dir() and place.is_relative_to(Path.cwd()) and not place.is_relative_to(_LIBRARY)
    if not own or {"site-packages", "dist-packages"}.intersection(place.relative_to(Path.cwd()).parts):
        raise ImportError(path)  # as a hook says that it is another's
    return machinery.FileFinder(
        path,
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
        (_SourceLoader, machinery.SOURCE_SUFFIXES),
        (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
    )


def _arguments(function: Any, task: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  a person's function
    params = dict(task["params"])
    reference = task["fn"]
    if reference not in _signatures:
        _signatures[reference] = inspect.signature(function).parameters
    known = _signatures[reference]
    takes_all = any(each.kind is each.VAR_KEYWORD for each in known.values())
    if task.get("tables"):
        params = {name: value for name, value in params.items() if takes_all or name in known} | _frames(task, known)
    if "params" in known and "params" not in params and not params.keys() & (known.keys() - {"params"}):
        params = {"params": params}
    if "rng" in known and "rng" not in params:
        import numpy as np  # noqa: PLC0415  only where the function takes its generator

        params["rng"] = np.random.default_rng(task["seed"])
    if "seed" in known and "seed" not in params:
        params["seed"] = task["seed"]
    unknown = [] if takes_all else [f"`{name}`" for name in params if name not in known]
    lacking = [
        f"`{name}`"
        for name, each in known.items()
        if name not in params
        and each.default is each.empty
        and each.kind not in {each.VAR_KEYWORD, each.VAR_POSITIONAL}
    ]
    if unknown or lacking:
        told = [f"it does not take {', '.join(unknown)}"] if unknown else []
        told += [f"it needs {', '.join(lacking)}"] if lacking else []
        raise Refused(f"`{task['fn']}` can't take these parameters: {'; '.join(told)}.")
    for name, value in params.items():
        if name in known and known[name].annotation in {float, "float"} and type(value) is int:
            params[name] = float(value)
    return params


def _frames(task: dict[str, Any], known: Any) -> dict[str, Any]:  # noqa: ANN401  of `inspect`
    """Return the tables that a function takes, as data frames; the first one it must take."""
    try:
        pandas = importlib.import_module("pandas")
    except ModuleNotFoundError:
        raise Refused(
            f"`{task['fn']}` gets data frames, which need pandas: {sys.executable} -m pip install pandas"
        ) from None
    first = next(iter(task["tables"]))
    return {name: pandas.DataFrame(each) for name, each in task["tables"].items() if name in known or name == first}


def _seed(seed: int) -> None:
    random.seed(seed)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(numpy.random.SeedSequence(seed).generate_state(4))


def _encoded(made: Any, wanted: list[str]) -> tuple[list[str], list[bytes]]:  # noqa: ANN401  whatever was returned
    outputs = made if isinstance(made, dict) and not _looks_columnar(made) else {"value": made}
    if wanted:
        lacking = [name for name in wanted if name not in outputs]
        if lacking:
            raise Refused(f"The function returned no output {', '.join(lacking)}; it returned {', '.join(outputs)}.")
        outputs = {name: outputs[name] for name in wanted}
    lines: list[str] = []
    payload: list[bytes] = []
    for name, value in outputs.items():
        columns = _columns(str(name), value)
        lines += (
            [_line("S", name, "", *_scalar(str(name), value, payload))]
            if columns is None
            else [
                _line("T", name, column, *_column(f"{name}.{column}", values, payload))
                for column, values in columns.items()
            ]
        )
    return lines, payload


def _looks_columnar(made: dict[Any, Any]) -> bool:
    """Say whether a dictionary is a table: columns of one length, none of which is a table itself."""
    return bool(made) and all(
        isinstance(value, list | tuple) or getattr(value, "ndim", 0) == 1 for value in made.values()
    )


def _columns(name: str, value: Any) -> dict[str, Any] | None:  # noqa: ANN401  whatever was returned
    if hasattr(value, "to_pydict"):  # Arrow
        return dict(value.to_pydict())
    if hasattr(value, "columns") and hasattr(value, "to_dict"):  # pandas, polars
        return {str(column): value[column] for column in value.columns}
    if isinstance(value, dict) and _looks_columnar(value):
        lengths = {len(each) for each in value.values()}
        if len(lengths) > 1:
            raise Refused(f"The columns of output `{name}` have different lengths: {sorted(lengths)}.")
        return {str(column): each for column, each in value.items()}
    if isinstance(value, list | tuple) or getattr(value, "ndim", 0) == 1:
        return {"value": value}
    return None


def _scalar(name: str, value: Any, payload: list[bytes]) -> tuple[str, int]:  # noqa: ANN401  whatever was returned
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item()
    if not isinstance(value, bool | int | float | str | None) and not hasattr(value, "isoformat"):
        raise Refused(
            f"Output `{name}` must be a number, a text or a table (a data frame, a dictionary of columns), not "
            f"{type(value).__name__}."
        )
    return _column(name, [value], payload)


def _column(name: str, values: Any, payload: list[bytes]) -> tuple[str, int]:  # noqa: ANN401  a column of any library
    kept = str(getattr(values, "dtype", ""))
    if kept == "float64" and hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if kept == "float64" and hasattr(values, "tobytes"):
        payload.append(values.tobytes())
        return "d", len(values)
    cells = values.tolist() if hasattr(values, "tolist") else list(values)
    if kept.startswith(("Int", "Float", "boolean", "string", "str", "object", "category", "datetime")):
        cells = [None if _is_missing(each) else each for each in cells]
    cells = [each.item() if type(each).__module__ == "numpy" and hasattr(each, "item") else each for each in cells]
    kinds = {type(each) for each in cells if each is not None}
    return _packed(name, cells, kinds, payload), len(cells)


def _is_missing(cell: Any) -> bool:  # noqa: ANN401  a cell of any library
    return cell is None or type(cell).__name__ in {"NAType", "NaTType"} or (isinstance(cell, float) and cell != cell)  # noqa: PLR0124


def _packed(name: str, cells: list[Any], kinds: set[type], payload: list[bytes]) -> str:
    count = len(cells)
    mask = bytes(each is None for each in cells)
    if kinds <= {bool}:
        payload.append(bytes(2 if each is None else int(each) for each in cells))
        return "l"
    if kinds == {int} and all(-(2**63) <= each < 2**63 for each in cells if each is not None):
        payload.append(struct.pack(f"<{count}q", *(each or 0 for each in cells)) + mask)
        return "q"
    if kinds <= {int, float}:
        payload.append(struct.pack(f"<{count}d", *(0.0 if each is None else each for each in cells)) + mask)
        return "f"
    if kinds == {str}:
        encoded = [b"" if each is None else each.encode() for each in cells]
        sizes = (-1 if each is None else len(text) for each, text in zip(cells, encoded, strict=True))
        payload.append(struct.pack(f"<{count}i", *sizes) + b"".join(encoded))
        return "s"
    if kinds and all(hasattr(each, "isoformat") for each in kinds):
        return _packed(name, [None if each is None else each.isoformat() for each in cells], {str}, payload)
    named = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise Refused(f"Output `{name}` must hold only numbers, texts, dates, or true and false, not {named}.")


def _failed(task: dict[str, Any], error: BaseException, seconds: float, started: float) -> bytes:
    """Tell of an error as a person would see it, without the lines of this file."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename != __file__]
    frames = [each for each in frames if "importlib" not in each.filename]
    own = [each for each in frames if Path(each.filename).is_relative_to(Path.cwd())] or frames
    where = f"{os.path.relpath(own[-1].filename)}, line {own[-1].lineno}" if own else ""
    message = str(error) if isinstance(error, Refused) else "".join(traceback.format_exception_only(error)).strip()
    trace = "" if isinstance(error, Refused) else "".join([*traceback.format_list(frames), message])
    head = _line("failed", task["n"], f"{seconds:.9f}", f"{started:.3f}")
    there = [_line("there", *error.there)] if isinstance(error, NotThere) else []
    return _framed([head, _line("message", message), _line("where", where), _line("trace", trace), *there], [])


def _line(*fields: object) -> str:
    escaped = (str(each).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") for each in fields)
    return "\t".join(escaped)


def _framed(lines: list[str], payload: list[bytes]) -> bytes:
    head, body = "\n".join(lines).encode("utf-8", "replace"), b"".join(payload)
    return struct.pack("<II", len(head), len(body)) + head + body


def main() -> None:
    """Do tasks until there are none."""
    sys.path[0] = str(Path.cwd())  # in place of the folder of this file, whose names are not theirs
    sys.path_hooks.insert(0, _own_finder)
    sys.path_importer_cache.clear()
    with contextlib.suppress(ImportError):
        importlib.import_module("numpy")  # before the first task: its generator is seeded for each one
    with os.fdopen(int(sys.argv[1]), "rb") as requests, os.fdopen(int(sys.argv[2]), "wb", buffering=0) as answers:
        answers.write(_framed([_line("ready", language())], []))
        for line in requests:
            answers.write(answer(json.loads(line)))


if __name__ == "__main__":
    main()
