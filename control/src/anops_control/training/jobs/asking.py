"""Answers what the steps in a container ask of `ao`, which is not in it: rows of datasets and features."""

from __future__ import annotations

import subprocess
import threading
from typing import TYPE_CHECKING, Self

from anops_control.child_environment import child_environment

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_SHIM = """\
#!/bin/sh
# hands on to the `ao` outside of the container what is asked, by files in a folder that both see
asked=$(dirname "$0")/../asked
mark=$(mktemp "$asked/XXXXXXXX") || exit 1
for word in "${ANOPS_WORKFLOW_STEP:-}" "$PWD" "$@"; do printf '%s\\0' "$word"; done >"$mark"
mv "$mark" "$mark.asked"
until [ -e "$mark.code" ]; do sleep 0.1; done
cat "$mark.out"
cat "$mark.err" >&2
exit "$(cat "$mark.code")"
"""
_LOOK_SECONDS = 0.1
_ALLOWED = (("data", "add"), ("data", "list"), ("data", "pull"), ("data", "show"), ("features", "get"))
"""What is answered: what the clients of R and Python ask for in a training."""


class Answering:
    """Answers while it is entered; in a thread, since the steps wait meanwhile."""

    def __init__(self, place: Path) -> None:
        self._asked = place / "asked"
        self.bin = place / "bin"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        for folder in (self._asked, self.bin):
            folder.mkdir(parents=True, exist_ok=True)
        shim = self.bin / "ao"
        shim.write_text(_SHIM, encoding="utf-8")
        shim.chmod(0o755)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            for file in sorted(self._asked.glob("*.asked")):
                self._answer(file)

    def _answer(self, file: Path) -> None:
        step, folder, *words = file.read_bytes().decode(errors="surrogateescape").split("\0")[:-1]
        file.unlink()
        mark = file.with_suffix("")
        if tuple(words[:2]) in _ALLOWED:
            ended = subprocess.run(  # noqa: S603  `ao` itself
                ["ao", *words],  # noqa: S607  of this very environment, which comes first on PATH
                cwd=folder,
                env={**child_environment(), "ANOPS_WORKFLOW_STEP": step},
                capture_output=True,
                check=False,
            )
            code, out, err = ended.returncode, ended.stdout, ended.stderr
        else:
            code, out, err = 2, b"", f"✖ `ao {' '.join(words[:2])}` is not to be had in a container.\n".encode()
        mark.with_suffix(".out").write_bytes(out)
        mark.with_suffix(".err").write_bytes(err)
        written = mark.with_suffix(".ended")
        written.write_text(str(code), encoding="ascii")
        written.replace(mark.with_suffix(".code"))
