"""A coverage-guided fuzzer (atheris) of a reader of bodies: python fuzz_readers.py csv|arrow|json -runs=N FOLDER.

Whatever bytes come, a reader gives rows or refuses them with a problem of the caller's; anything else ends this program
with a trace and the bytes in a file.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["anops_api_service", "anops_model_interface"]):
    from fuzzed_readers import read, seeds


def main() -> None:
    """Fuzz one reader."""
    kind, *arguments = sys.argv[1:]
    folder = Path(arguments[-1])
    for number, seed in enumerate(seeds(kind)):
        (folder / f"seed-{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *arguments], lambda data: read(kind, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
