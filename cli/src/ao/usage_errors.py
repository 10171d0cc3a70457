"""What is wrong with a command line, in the words of a person who typed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ao.errors import CommandError
from ao.exit_codes import ExitCode
from ao.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable


def unknown_command(name: str, known: Iterable[str]) -> CommandError:
    """Say that there is no such command, and which one was likely meant."""
    guess = nearest(name, known)
    remedy = f"Did you mean `ao {guess}`?" if guess else "See all commands with `ao --help`."
    return CommandError(f"There is no command `{name}`.", remedy=remedy, exit_code=ExitCode.USAGE)


def explain(error: typer.TyperException) -> CommandError:
    """Turn what Typer says of a command line into our own words."""
    context: typer.Context | None = getattr(error, "ctx", None)
    path = context.command_path if context else "ao"
    option: str | None = getattr(error, "option_name", None)
    if option is not None and hasattr(error, "possibilities"):
        flags = [flag for param in context.command.params for flag in param.opts] if context else []
        guess = nearest(option, flags)
        remedy = f"Did you mean `{guess}`?" if guess else f"See its flags with `{path} --help`."
        return _usage(f"`{path}` has no flag `{option}`.", remedy)
    help_remedy = f"See `{path} --help`."
    if option is not None:
        return _usage(f"`{option}` needs a value." if "requires" in error.message else error.message, help_remedy)
    param = getattr(error, "param", None)
    if isinstance(error, typer.BadParameter) and param is not None:
        name = param.opts[0] if param.opts[0].startswith("-") else (param.metavar or param.name.upper())
        if hasattr(error, "param_type"):
            return _usage(f"`{path}` needs {name}.", help_remedy)
        return _usage(f"`{name}` can't be used: {_plain(error.message)}", help_remedy)
    return _usage(_plain(error.format_message()), help_remedy)


def _usage(message: str, remedy: str) -> CommandError:
    return CommandError(message, remedy=remedy, exit_code=ExitCode.USAGE)


def _plain(text: str) -> str:
    """Take a parser's words out of a message."""
    for theirs, ours in _WORDS:
        text = text.replace(theirs, ours)
    return text


_WORDS = (
    ("is not a valid integer range", "is not a whole number"),
    ("is not a valid integer", "is not a whole number"),
    ("is not a valid int", "is not a whole number"),
    ("is not a valid float range", "is not a number"),
    ("is not a valid float", "is not a number"),
    ("Got unexpected extra argument", "It does not take the argument"),
    ("Invalid value", "It can't be used"),
)
