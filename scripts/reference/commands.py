"""The commands of `ao`, from the signatures that Typer reads."""

from __future__ import annotations

from inspect import getdoc, signature
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from ao.entries import Entry, every_command
from ao.lazy_commands import function_of
from typer.models import ArgumentInfo, OptionInfo

from reference.markdown import table, value_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def commands() -> str:
    """Return a section for each command."""
    return "\n".join(_command(words, entry) for words, entry in every_command())


def parameters(function: Callable[..., Any]) -> Iterator[tuple[str, ArgumentInfo | OptionInfo, Any, object]]:
    """Yield name, Typer's description, type and default (`...`: none) of each argument and flag."""
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in signature(function).parameters.items():
        kind, *extras = get_args(hints[name])
        for info in extras:
            if isinstance(info, ArgumentInfo | OptionInfo):
                yield name, info, kind, ... if parameter.default is parameter.empty else parameter.default


def flag_names(name: str, info: OptionInfo) -> tuple[str, ...]:
    """Return how a flag is typed."""
    # where a flag is annotated, Typer keeps the first of its spellings as its default
    first = (info.default,) if isinstance(info.default, str) and info.default.startswith("-") else ()
    return (*first, *(info.param_decls or ())) or (f"--{name.replace('_', '-')}",)


def _command(words: Sequence[str], entry: Entry) -> str:
    function, examples = function_of(words)
    typed_name = " ".join(["ao", *words])
    usage, rows = [typed_name, "[FLAGS]"], []
    for name, info, kind, default in parameters(function):
        if info.hidden:
            continue
        if isinstance(info, ArgumentInfo):
            metavar = info.metavar or name.upper()
            bare = metavar.replace("[", "").replace("]", "")
            usage.append(bare if default is ... else f"[{bare}]")
            typed = f"`{bare}`"
        else:
            value = _value(info, kind)
            typed = ", ".join(f"`{flag}`" for flag in flag_names(name, info)) + (f" {value}" if value else "")
        rows.append((typed, _plain_default(default), info.help or ""))
    parts = [f"## `{typed_name}`", f"```text\n{' '.join(usage)}\n```", getdoc(function) or entry.summary]
    parts.append(table(("Argument or flag", "Default", "Meaning"), rows))
    if examples is not None and examples.strip():
        parts.append(_examples(examples))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _value(info: OptionInfo, kind: Any) -> str:  # noqa: ANN401  any annotation
    if info.metavar:
        return f"`{info.metavar}`"
    inner = next((part for part in get_args(kind) if part is not NoneType), kind) if get_origin(kind) else kind
    if get_origin(kind) is Literal:
        inner = kind
    if get_origin(inner) is Literal:
        return f"`{'|'.join(get_args(inner))}`"
    if inner is bool:
        return ""
    return f"`{'N' if inner in {int, float} else 'TEXT'}`"


def _plain_default(default: object) -> str:
    if default is ...:
        return "required"
    return "" if default is False else value_text(default)


def _examples(text: str) -> str:
    """Show an example and what it does as one item of a list."""
    lines = []
    for line in text.strip().splitlines():
        command, gap, meaning = line.rpartition("`  ")
        lines.append(f"- {command}`: {meaning}" if gap and line.startswith("`") else line)
    return "Examples and more:\n\n" + "\n".join(line for line in lines if line != "**Examples**")
