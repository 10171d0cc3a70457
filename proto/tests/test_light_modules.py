"""What a worker needs of the model-interface is light: it goes into a person's environment, beside their packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import anops_model_interface

LIGHT = sorted(path.stem for path in Path(anops_model_interface.__path__[0]).glob("*.py"))
HEAVY = ("google.protobuf", "grpc")


def test_everything_outside_of_open_inference_does_without_grpc_and_protobuf() -> None:
    assert {"requests", "answers", "packed_frames", "validation"} <= {*LIGHT}
    program = "\n".join(
        [
            "import importlib, sys",
            f"for name in {LIGHT!r}:",
            "    importlib.import_module(f'anops_model_interface.{name}')",
            f"    found = [heavy for heavy in {HEAVY!r} if heavy in sys.modules]",
            "    assert not found, f'{name} imports {found}'",
        ]
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
