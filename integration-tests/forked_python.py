"""Runs programs as plain processes of Python: forks of one that has loaded what most of them import.

`python forked_python.py` reads a line of JSON for each, `{"program": …, "folder": …}`, and answers with one:
`{"code": …, "stdout": …, "stderr": …}`. Most programs need three seconds for their imports and a tenth for the rest.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType

LOADED = ("joblib", "pandas", "scipy.stats", "sklearn.ensemble", "sklearn.linear_model", "statsmodels.api")


def run(program: str, folder: Path) -> dict[str, object]:
    """Run a program in a fork of this process, in a folder."""
    outputs = {1: folder / "stdout.txt", 2: folder / "stderr.txt"}
    forked = os.fork()
    if forked == 0:
        code = 1
        try:
            os.chdir(folder)
            for number, path in outputs.items():
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            sys.modules["__main__"] = main = ModuleType("__main__")
            exec(compile(program, "<string>", "exec"), main.__dict__)  # noqa: S102  our own tests' programs
            code = 0
        except BaseException:  # noqa: BLE001  whatever it is, this process must not go on as its parent does
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(forked, 0)
    said = {number: path.read_text(encoding="utf-8") for number, path in outputs.items()}
    return {"code": os.waitstatus_to_exitcode(status), "stdout": said[1], "stderr": said[2]}


if __name__ == "__main__":
    for name in LOADED:
        __import__(name)
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(run(asked["program"], Path(asked["folder"]))) + "\n")
        sys.stdout.flush()
