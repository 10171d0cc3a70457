"""Lets a script of the project start its training: `python run_training_workflow.py run --config config.yaml`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MISSING = """\
✖ `ao`, which runs the steps, is not on PATH.
→ Install AnOps with `make install` in its sources, and put ~/.local/bin on PATH.
"""
_USAGE = """\
Usage: python {script} run [--config FILE] [OPTIONS]
       python {script} resume [OPTIONS]

It does what `ao train` does, and takes the same options: `ao train --help`.
"""


def TrainingWorkflow(arguments: Sequence[str] | None = None) -> None:  # noqa: N802  it stands where Metaflow's class would
    """Run the training of the project that the script lies in, with `ao train`, and end as that ends.

    Options may stand before `run` or behind it.

    Args:
        arguments: What stands behind the script's name on the command line.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    script = Path(sys.argv[0])
    verb = next((word for word in words if word in {"run", "resume"}), None)
    if verb is None:
        sys.stdout.write(_USAGE.format(script=script.name))
        raise SystemExit(0 if {"--help", "-h"} & set(words) else 2)
    words.remove(verb)
    command = _ao()
    if command is None:
        sys.stderr.write(_MISSING)
        raise SystemExit(127)
    call = [*command, "train", "--project", str(script.resolve().parent), *words]
    if verb == "resume":
        call.append("--resume")
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix}  # this Python does the steps
    raise SystemExit(subprocess.run(call, check=False, env=environment).returncode)  # noqa: S603  the person's own


def _ao() -> list[str] | None:
    """Return the `ao` beside this Python, or else the one on PATH."""
    if find_spec("ao") is not None:
        return [sys.executable, "-P", "-m", "ao"]
    found = shutil.which("ao")
    return [found] if found else None
