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
import sys
import sysconfig
import time
import traceback
import types
import zlib
from importlib import machinery
from pathlib import Path
from typing import Any

if __package__:
    from anops_experiments.workers.python_answers import Refused, encoded, framed, line_of
else:  # started by its path: nothing of ours need be installed, and what lies beside it is found
    from python_answers import Refused, encoded, framed, line_of  # type: ignore[import-not-found,no-redef]

_MISSING = object()
# asked for beforehand: from Python 3.13 on it imports a module, and would be asked for again while that is found
_LIBRARY = Path(sysconfig.get_paths()["stdlib"]).resolve()
_OWN = {__file__, encoded.__code__.co_filename}
_functions: dict[str, Any] = {}
_signatures: dict[int, Any] = {}
_loaded: dict[str, types.ModuleType] = {}
_kept: dict[tuple[str, int, int], list[tuple[int, Any]]] = {}


class _SourceLoader(machinery.SourceFileLoader):
    """Loads a file as it is now: byte code that Python keeps is told from it by whole seconds and size alone."""

    def get_code(self, fullname: str) -> types.CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


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
        lines, payload = encoded(made, task["outputs"])
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001  also what ends a process: it ends the task alone
        return _failed(task, error, time.perf_counter() - clock, started)
    return framed([line_of("ok", task["n"], f"{seconds:.9f}", f"{started:.3f}"), *lines], payload)


def forget() -> None:
    """Read the files of functions again: they may have been edited since, or are others in another folder."""
    for module in _loaded.values():
        if sys.modules.get(module.__name__) is module:
            del sys.modules[module.__name__]
    for each in (_loaded, _functions, _signatures, _kept):
        each.clear()


def language() -> str:
    """Return the name and version of the language."""
    return f"Python {sys.version.split()[0]}"


def _function(reference: str) -> Any:  # noqa: ANN401  a person's function
    known = f"{os.getcwd()}:{reference}"  # noqa: PTH109  a text, for each task
    if known in _functions:
        return _functions[known]
    place, _, name = reference.rpartition(":")
    _seed(0)  # what the file itself draws is the same in each process
    if place.endswith(".py"):
        path = Path(place)
        if not path.is_file():
            files = sorted(each.as_posix() for each in path.parent.glob("*.py"))
            raise NotThere(f"There is no file `{place}` in {Path.cwd()}.", [f"{each}:{name}" for each in files])
        module = _loaded.get(str(path.resolve())) or _read(path)
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
    _functions[known] = found
    return found


def _read(path: Path) -> types.ModuleType:
    loader = _SourceLoader(path.stem, str(path))
    module = types.ModuleType(path.stem)
    module.__file__, module.__loader__ = str(path), loader
    sys.modules.setdefault(path.stem, module)
    loader.exec_module(module)
    _loaded[str(path.resolve())] = module
    return module


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
    if id(function) not in _signatures:  # it is kept as long as its number is
        _signatures[id(function)] = inspect.signature(function).parameters
    known = _signatures[id(function)]
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
    if (numpy := sys.modules.get("numpy")) is None:
        return
    numpy.random.seed(numpy.random.SeedSequence(seed).generate_state(4))
    for key, each in _generators(numpy):
        sequence = numpy.random.SeedSequence(seed, spawn_key=(key,))
        if isinstance(each, numpy.random.Generator):
            each.bit_generator.state = type(each.bit_generator)(sequence).state
        else:
            each.seed(sequence.generate_state(4))


def _generators(numpy: Any) -> list[tuple[int, Any]]:  # noqa: ANN401  a module
    """Return the generators of NumPy that modules of the code keep: what they draw would depend on the runs before.

    Each comes with a number of its name, which is the same whatever else the process has loaded.
    """
    known = (os.getcwd(), len(sys.modules), len(_functions))  # noqa: PTH109  a text, for each task
    if known not in _kept:
        kinds = (numpy.random.Generator, numpy.random.RandomState)
        own = {id(module): (name, module) for name, module in sys.modules.items() if _is_own(name, module)}
        own |= {id(module): (module.__name__, module) for module in _loaded.values()}
        found: dict[int, tuple[int, Any]] = {}
        for name, module in sorted(own.values(), key=lambda each: each[0]):
            for variable, value in sorted(vars(module).items()):
                if isinstance(value, kinds):
                    found.setdefault(id(value), (zlib.crc32(f"{name}.{variable}".encode()), value))
        _kept.clear()
        _kept[known] = list(found.values())
    return _kept[known]


def _is_own(name: str, module: Any) -> bool:  # noqa: ANN401  whatever stands among the modules
    file = getattr(module, "__file__", None)
    if not isinstance(file, str) or name == "__main__":
        return False
    place = Path(file).resolve()
    return place.is_relative_to(Path.cwd()) and not {"site-packages", "dist-packages"}.intersection(place.parts)


def _failed(task: dict[str, Any], error: BaseException, seconds: float, started: float) -> bytes:
    """Tell of an error as a person would see it, without the lines of this file."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename not in _OWN]
    frames = [each for each in frames if "importlib" not in each.filename]
    own = [each for each in frames if Path(each.filename).is_relative_to(Path.cwd())] or frames
    where = f"{os.path.relpath(own[-1].filename)}, line {own[-1].lineno}" if own else ""
    message = str(error) if isinstance(error, Refused) else "".join(traceback.format_exception_only(error)).strip()
    trace = "" if isinstance(error, Refused) else "".join([*traceback.format_list(frames), message])
    head = line_of("failed", task["n"], f"{seconds:.9f}", f"{started:.3f}")
    there = [line_of("there", *error.there)] if isinstance(error, NotThere) else []
    return framed([head, line_of("message", message), line_of("where", where), line_of("trace", trace), *there], [])


def main() -> None:
    """Do tasks until there are none."""
    sys.path[0] = str(Path.cwd())  # in place of the folder of this file, whose names are not theirs
    sys.modules.pop("python_answers", None)  # nor is this one, should they have a module of that name
    sys.path_hooks.insert(0, _own_finder)
    sys.path_importer_cache.clear()
    with contextlib.suppress(ImportError):
        importlib.import_module("numpy")  # before the first task: its generator is seeded for each one
    with os.fdopen(int(sys.argv[1]), "rb") as requests, os.fdopen(int(sys.argv[2]), "wb", buffering=0) as answers:
        answers.write(framed([line_of("ready", language())], []))
        folder = Path.cwd()
        for line in requests:
            os.chdir(folder)  # wherever the run before has gone
            answers.write(answer(json.loads(line)))


if __name__ == "__main__":
    main()
