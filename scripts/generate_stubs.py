"""Generate the model-interface's Python stubs from its .proto files; `--check` only says whether they are current."""

from __future__ import annotations

import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

SOURCE = Path(__file__).resolve().parent.parent / "proto" / "src"
FOLDER = "anops_model_interface/open_inference"
PROTOS = {"open_inference": ("--grpc_python_out",), "triton_configuration": ()}
"""The files, and what is made of them beside messages and types: the second has no service."""


def generate(target: Path) -> dict[str, str]:
    """Write the stubs into a folder and return their texts by path.

    Raises:
        SystemExit: protoc refuses the .proto; it has said why.
    """
    for name, more in PROTOS.items():
        arguments = ["protoc", f"-I{SOURCE}", f"-I{files('grpc_tools') / '_proto'}"]
        arguments += [f"{kind}={target}" for kind in ("--python_out", "--pyi_out", *more)]
        if protoc.main([*arguments, f"{FOLDER}/{name}.proto"]) != 0:
            raise SystemExit(1)
    return {path.name: path.read_text() for path in sorted((target / FOLDER).glob("*_pb2*"))}


def main() -> int:
    """Generate or check.

    Returns:
        0, or 1 where the committed stubs are not what the .proto gives.
    """
    with tempfile.TemporaryDirectory() as folder:
        fresh = generate(Path(folder))
    home = SOURCE / FOLDER
    if "--check" not in sys.argv[1:]:
        for name, text in fresh.items():
            (home / name).write_text(text)
        print(f"wrote {', '.join(fresh)}")
        return 0
    stale = [name for name, text in fresh.items() if not (home / name).exists() or (home / name).read_text() != text]
    if stale:
        print(f"{', '.join(stale)}: not what their .proto gives. Run `nox -s stubs` and commit the result.")
        return 1
    print("the stubs are current")
    return 0


if __name__ == "__main__":
    sys.exit(main())
