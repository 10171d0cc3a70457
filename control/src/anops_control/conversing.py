"""Asks a project's model for predictions without any service: a process in the model's own Python, and a pipe."""

from __future__ import annotations

import json
import subprocess
import tempfile
from typing import IO, TYPE_CHECKING, Any, Self

import msgspec
from anops_model_interface.errors import AnOpsError, Problem
from anops_project.frame_json import frame_from_json, frame_to_json
from anops_project.model_environment import MODEL_ENVIRONMENT

from anops_control.child_environment import child_environment
from anops_control.environment import interpreter_of, require_loader, require_r
from anops_control.model_answer import death

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Frame
    from anops_project.project import Project

_KEPT = 4000


class Conversation:
    """A model that is loaded, and asked again and again; leave it by `close()`, or `with`."""

    def __init__(self, project: Project) -> None:
        """Load a project's model.

        Raises:
            AnOpsError: It can't be loaded.
            CommandError: Its Python or R is not there, or its process died.
        """
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  `close` does
        interpreter, language = interpreter_of(project), project.project.language
        if language == "r":
            require_r()
        require_loader(interpreter, language)
        self._process = subprocess.Popen(  # noqa: S603  the person's own Python
            [str(interpreter.path), "-m", "anops_worker.converse", "--project", str(project.folder)],
            cwd=project.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={**MODEL_ENVIRONMENT, **child_environment(), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": ""},
        )
        try:
            self._heard()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let it go."""
        self.close()

    def ask(self, rows: Frame, options: Mapping[str, Any] | None = None) -> Frame:
        """Return the predictions of rows, in their order.

        Raises:
            AnOpsError: The rows do not fit, or the model failed.
            CommandError: Its process died.
        """
        return frame_from_json(self.ask_json(frame_to_json(rows), options)["predictions"])

    def ask_json(self, rows: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return `predictions` and `warnings`, rows and predictions as `frame_to_json` writes them.

        Raises:
            AnOpsError: The rows do not fit, or the model failed.
            CommandError: Its process died.
        """
        line = json.dumps({"rows": rows, "options": dict(options or {})}, allow_nan=False).encode("ascii")
        try:
            self._stdin.write(line + b"\n")
            self._stdin.flush()
        except OSError:
            pass  # it died: what it said last tells why
        return self._heard()

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what could not be sent any more
        if self._process.poll() is None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        self._said.close()

    @property
    def _stdin(self) -> IO[bytes]:
        pipe = self._process.stdin
        if pipe is None:  # pragma: no cover  it was asked for
            raise RuntimeError
        return pipe

    def _heard(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout is not None else b""
        if not line:
            code = self._process.wait()
            size = self._said.seek(0, 2)
            self._said.seek(max(0, size - _KEPT))
            raise death(code, self._said.read().decode(errors="replace").splitlines())
        told: dict[str, Any] = json.loads(line)
        if "problem" in told:
            raise AnOpsError.of(msgspec.convert(told["problem"], Problem))
        return told
