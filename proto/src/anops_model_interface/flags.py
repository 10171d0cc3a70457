"""The flags of a service, made from its settings class, and what is wrong with the values of settings."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

Flags = dict[str, Any]


class InvalidSettings(Protocol):
    """What pydantic raises; this package comes without it."""

    def errors(self) -> Sequence[Mapping[str, Any]]:
        """Return what is wrong."""


def read_flags(
    settings: Any,  # noqa: ANN401  a class of pydantic-settings, which is none of this package's own
    arguments: Sequence[str] | None = None,
    *,
    program: str,
    about: str,
    names: Mapping[str, str] | None = None,
    again: Collection[str] = (),
) -> Flags:
    """Read a command line; it ends the process where a flag is unknown, or is given twice.

    Args:
        settings: The class: each of its fields is a flag, with its description.
        arguments: The command line; None: that of the process.
        program: How the service is started.
        about: What it does, in a sentence.
        names: The flags of fields that have another name than theirs.
        again: The fields whose flag may be given again: their values are joined with commas.

    Returns:
        The values of the flags that are given, as texts, by field.
    """
    parser = argparse.ArgumentParser(prog=program, description=about, allow_abbrev=False)
    prefix = settings.model_config["env_prefix"]
    for field, told in settings.model_fields.items():
        parser.add_argument(
            flag_of(field, names),
            dest=field,
            metavar="VALUE",
            default=argparse.SUPPRESS,
            action="append" if field in again else _Once,
            help=f"{told.description} (default: {told.default!r}; {prefix}{field.upper()})".replace("%", "%%"),
        )
    given = vars(parser.parse_args(arguments))
    return {field: ",".join(value) if field in again else value for field, value in given.items()}


def flag_of(field: str, names: Mapping[str, str] | None = None) -> str:
    """Return the flag of a field: `--max-waiting` of `max_waiting`."""
    return f"--{(names or {}).get(field, field).replace('_', '-')}"


def complaints(error: InvalidSettings) -> Iterator[str]:
    """Yield a sentence for each value that can't be used."""
    for fault in error.errors():
        name, said = ".".join(map(str, fault["loc"])), words_of(fault)
        # without a name, it is about several
        yield f"Can't use setting `{name}`: {said}; received {fault['input']!r}." if name else f"{said}."


def words_of(fault: Mapping[str, Any]) -> str:
    """Return what is wrong by one of pydantic's faults: the words of our own check, or pydantic's."""
    return str(fault["ctx"]["error"]) if fault["type"] == "value_error" else str(fault["msg"])


class _Once(argparse.Action):
    """Takes a flag's one value: of two, neither would be the one that is surely meant."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,  # noqa: ANN401  as argparse has it
        option_string: str | None = None,
    ) -> None:
        if hasattr(namespace, self.dest):
            parser.error(f"{option_string} is given twice")
        setattr(namespace, self.dest, values)
