"""Commands, each imported only when it is used, so that `ao --help` is quick."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from anops_control.surroundings import Surroundings, surrounded
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from ao.entries import ENTRIES
from ao.failures import guard
from ao.given_once import GivenOnceCommand
from ao.shell_completion import complete
from ao.usage_errors import explain, unknown_command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ao.entries import Entry


class LazyCommand(TyperCommand):
    """Stands for a command in the help, and imports it when it is called."""

    def __init__(self, entry: Entry, group: str = "") -> None:
        super().__init__(entry.name, help=entry.summary, rich_help_panel=entry.panel or None)
        self._group = group

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401  Typer's own types are private
        """Hand over to the command itself."""
        words = [word for word in (self._group, str(self.name)) if word]
        command = _import(words)
        try:
            return command.make_context(info_name, args, parent=parent, **extra)
        except typer.TyperException as error:
            raise explain(error, " ".join(["ao", *words])) from error


class _Group(TyperGroup):
    """Finds commands lazily."""

    entries: tuple[Entry, ...] = ()
    path = "ao"

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  Typer's own types are private
        """Return the commands' names in the order of the help."""
        return [entry.name for entry in self.entries]

    def get_command(self, ctx: Any, cmd_name: str) -> LazyCommand | LazyGroup | None:  # noqa: ANN401, ARG002
        """Return the command of that name, not imported yet."""
        entry = next((entry for entry in self.entries if entry.name == cmd_name), None)
        if entry is None:
            return None
        return LazyGroup(entry) if entry.children else LazyCommand(entry, self.path.removeprefix("ao").strip())

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  Typer's own types are private
        """Find the command, or say which one was likely meant."""
        names = self.list_commands(ctx)
        if args[0] not in names and not ctx.resilient_parsing:
            raise unknown_command(args[0], names, self.path)
        return super().resolve_command(ctx, args)


class LazyGroup(_Group):
    """A command that has commands, such as `ao key`; without one of them it shows its help."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(name=entry.name, help=entry.summary, rich_markup_mode="markdown", rich_help_panel=entry.panel)
        self.entries = entry.children
        self.path = f"ao {entry.name}"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  Typer's own types are private
        """Read the command line."""
        return super().parse_args(ctx, args or ["--help"])


class CommandGroup(_Group):
    """`ao` itself: finds commands lazily, and lets no exception out."""

    entries = ENTRIES

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> Any:  # noqa: ANN401, ARG002
        """Run `ao` and exit with the code of what happened."""
        run = super().main
        offered = complete(lambda: run(args, "ao", **extra), os.environ)
        if offered is not None:
            sys.stdout.write(f"{offered}\n")
            raise SystemExit(0)
        extra["standalone_mode"] = False
        with surrounded(Surroundings.of(os.environ)):
            raise SystemExit(guard(lambda: run(args, "ao", **extra)))


def function_of(words: Sequence[str]) -> tuple[Callable[..., Any], str | None]:
    """Return the function of a command, and its examples.

    Args:
        words: The command as it is typed behind `ao`.
    """
    name = words[-1].replace("-", "_")
    module = import_module(".".join(["ao.commands", *words[:-1], name]))
    # `list` has its name from Python already
    return getattr(module, name if hasattr(module, name) else f"{name}_"), getattr(module, "EPILOG", None)


def _import(words: Sequence[str]) -> Any:  # noqa: ANN401  Typer's own types are private
    function, examples = function_of(words)
    single = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    single.command(words[-1], cls=GivenOnceCommand, epilog=examples)(function)
    return get_command(single)
