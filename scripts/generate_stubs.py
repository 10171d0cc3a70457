"""Generate the model-interface's Python stubs from its .proto; `--check` only says whether they are current."""

from __future__ import annotations

import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

SOURCE = Path(__file__).resolve().parent.parent / "proto" / "src"
PROTO = "anops_model_interface/open_inference/open_inference.proto"


def generate(target: Path) -> dict[str, str]:
    """Write the stubs into a folder and return their texts by path.

    Raises:
        SystemExit: protoc refuses the .proto; it has said why.
    """
    arguments = ["protoc", f"-I{SOURCE}", f"-I{files('grpc_tools') / '_proto'}"]
    arguments += [f"--python_out={target}", f"--pyi_out={target}", f"--grpc_python_out={target}", PROTO]
    if protoc.main(arguments) != 0:
        raise SystemExit(1)
    folder = target / "anops_model_interface" / "open_inference"
    return {path.name: path.read_text() for path in sorted(folder.glob("open_inference_pb2*"))}


def main() -> int:
    """Generate or check.

    Returns:
        0, or 1 where the committed stubs are not what the .proto gives.
    """
    with tempfile.TemporaryDirectory() as folder:
        fresh = generate(Path(folder))
    home = SOURCE / "anops_model_interface" / "open_inference"
    if "--check" not in sys.argv[1:]:
        for name, text in fresh.items():
            (home / name).write_text(text)
        print(f"wrote {', '.join(fresh)}")
        return 0
    stale = [name for name, text in fresh.items() if not (home / name).exists() or (home / name).read_text() != text]
    if stale:
        print(f"{', '.join(stale)}: not what {PROTO} gives. Run `nox -s stubs` and commit the result.")
        return 1
    print("the stubs are current")
    return 0


if __name__ == "__main__":
    sys.exit(main())
