"""What is wrong with a command line, in the words of a person who typed it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import typer
from anops_control.errors import CommandError
from anops_control.suggestions import nearest
from anops_model_interface.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NEEDED = {
    "int_parsing": "a whole number",
    "float_parsing": "a number",
    "bool_parsing": "true or false",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "greater_than": "more than {gt}",
    "less_than": "less than {lt}",
    "enum": "{expected}",
    "literal_error": "{expected}",
}
_EXTRA = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((?P<words>.*)\)")

_CHOICE = re.compile(r"'(?P<word>.*)' is not one of (?P<words>'.*', '[^']*')")


def unknown_command(name: str, known: Iterable[str], group: str = "ao") -> CommandError:
    """Say that there is no such command, and which one was likely meant."""
    guess = nearest(name, known)
    remedy = f"Did you mean `{group} {guess}`?" if guess else f"See all commands with `{group} --help`."
    typed = name if group == "ao" else f"{group} {name}"
    return _usage(f"There is no command `{typed}`.", remedy)


def given_twice(command: str, option: str, values: Sequence[str]) -> CommandError:
    """Say that an option of one value has several.

    Args:
        command: The command that was called, such as "ao init".
        option: The option, such as "--model".
        values: What it was given.
    """
    given = [f"`{value}`" for value in values]
    return _usage(
        f"`{command}` takes one `{option}`, and was given {', '.join(given[:-1])} and {given[-1]}.",
        "Keep one of them.",
    )


def explain(error: typer.TyperException, command: str) -> CommandError:
    """Turn what Typer says of a command line into our own words.

    Args:
        error: What Typer raised.
        command: The command that was called, such as "ao serve".
    """
    option: str | None = getattr(error, "option_name", None)
    if option is not None and hasattr(error, "possibilities"):
        return _unknown_flag(error, option, command)
    help_remedy = f"See `{command} --help`."
    if option is not None:
        needs = "takes no value" if "not take" in error.message else "needs a value"
        return _usage(f"`{option}` {needs}.", help_remedy)
    if isinstance(error, typer.BadParameter):
        return _usage(_bad_value(error, command), help_remedy)
    extra = _EXTRA.search(error.message)
    if extra:
        return _usage(f"`{command}` can't take `{extra['words']}` as well.", help_remedy)
    return _usage(error.message, help_remedy)


def _unknown_flag(error: typer.TyperException, option: str, command: str) -> CommandError:
    context: typer.Context | None = getattr(error, "ctx", None)
    flags = [flag for param in context.command.params for flag in param.opts] if context else []
    guess = nearest(option, flags)
    remedy = f"Did you mean `{guess}`?" if guess else f"See its flags with `{command} --help`."
    return _usage(f"`{command}` has no flag `{option}`.", remedy)


def _bad_value(error: typer.BadParameter, command: str) -> str:
    param = error.param
    name = "" if param is None else param.opts[0] if param.opts[0].startswith("-") else str(param.name).upper()
    if hasattr(error, "param_type"):
        return f"`{command}` needs {name}."
    found: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    if found and found[0]["type"] in _NEEDED:
        needed = _NEEDED[found[0]["type"]].format(**found[0].get("ctx", {}))
        return f"`{name}` must be {needed}, not `{found[0]['input']}`."
    choice = _CHOICE.search(error.message)
    if choice:
        words = choice["words"].replace("'", "`").split(", ")
        return f"`{name}` must be {', '.join(words[:-1])} or {words[-1]}, not `{choice['word']}`."
    return f"`{name}` can't be used: {error.message}" if name else error.message


def _usage(message: str, remedy: str) -> CommandError:
    return CommandError(message, remedy=remedy, code=Code.USAGE)
