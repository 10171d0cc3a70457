"""The error codes of the services and the exit codes of `ao`, from their enumerations."""

from __future__ import annotations

import ast
import inspect

from anops_model_interface.codes import COMMAND_CODES, SERVICE_CODES
from anops_model_interface.exit_codes import ExitCode

from reference.markdown import table


def error_codes() -> str:
    """Return the table of all error codes."""
    rows = [
        (f"`{code}`", str(code.info.http), f"`{code.info.grpc}`", f"`{code.info.exit.value}`", code.info.title)
        for code in SERVICE_CODES
    ]
    return table(("Code", "HTTP", "gRPC", "Exit code", "Title"), rows)


def command_codes() -> str:
    """Return the table of the codes that only commands have."""
    rows = [(f"`{code}`", f"`{code.info.exit.value}`", code.info.title) for code in COMMAND_CODES]
    return table(("Code", "Exit code", "Title"), rows)


def statuses() -> str:
    """Return the table of HTTP statuses with the codes of each."""
    by_status: dict[int, list[str]] = {}
    for code in SERVICE_CODES:
        by_status.setdefault(code.info.http, []).append(f"`{code}`")
    return table(("Status", "Codes"), [(str(status), ", ".join(by_status[status])) for status in sorted(by_status)])


def exit_codes() -> str:
    """Return the table of the exit codes of `ao`."""
    meanings = _meanings(ExitCode)
    rows = [(f"`{code.value}`", meanings[code.name]) for code in ExitCode]
    return table(("Code", "Meaning"), rows)


def _meanings(enumeration: type[ExitCode]) -> dict[str, str]:
    """Return the text below each member, which Python itself does not keep."""
    (body,) = ast.parse(inspect.getsource(enumeration)).body
    assert isinstance(body, ast.ClassDef)  # noqa: S101  the source of a class is a class
    found: dict[str, str] = {}
    for member, below in zip(body.body, body.body[1:], strict=False):
        match member, below:
            case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = text
    return found
