"""Tables of `ao.toml` as dataclasses: pydantic checks what a person wrote, and nothing else needs pydantic."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable


def key(
    description: str,
    *,
    default: Any = MISSING,  # noqa: ANN401  as `dataclasses.field` has it
    default_factory: Any = MISSING,  # noqa: ANN401  the same
    tables: bool = False,
    **limits: Any,  # noqa: ANN401  each limit has its type
) -> Any:  # noqa: ANN401  the field's own type
    """Return a field that `ao.toml` can write.

    Args:
        description: What it is for; shown in the reference, in editors and by `ao config`.
        default: Its value where it is not written; without one it must be.
        default_factory: Makes that value.
        tables: Whether it holds tables by name, each a setting of its own.
        limits: What pydantic checks: `ge`, `le`, `gt`, `pattern`, `max_length`.
    """
    about = {"description": description, "tables": tables, **limits}
    if default_factory is not MISSING:
        return field(default_factory=default_factory, metadata=about)
    return field(default=default, metadata=about)


class Table:
    """Makes a dataclass a table of `ao.toml` for pydantic: unknown keys are faults, values are not converted."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # noqa: ANN401  types of pydantic
        made = handler(source)
        handler.resolve_ref_schema(made)["strict"] = False  # a table of TOML, no instance
        return made

    def written(self) -> dict[str, Any]:
        """Return what is not as by default, as values for JSON, in the order of the keys."""
        said = ((each.name, getattr(self, each.name), each) for each in fields(self))  # type: ignore[arg-type]
        return {name: _plain(value) for name, value, each in said if value != _default(each)}


@dataclass(frozen=True, slots=True)
class Before:
    """Brings a value into its form before pydantic checks it: `Annotated[…, Before(function)]`.

    Attributes:
        convert: Makes the form of what is written.
        short: A type that may also be written, for the JSON Schema that editors use.
        instead: What is written in place of the type, for the same.
    """

    convert: Callable[[object], object]
    short: Any = None
    instead: Any = None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401  types of pydantic
        from pydantic_core import core_schema  # noqa: PLC0415  only where pydantic is at work

        made = handler(source)
        seen = None
        if self.instead is not None:
            seen = handler.generate_schema(self.instead)
        elif self.short is not None:
            seen = core_schema.union_schema([handler.generate_schema(self.short), made])
        return core_schema.no_info_before_validator_function(self.convert, made, json_schema_input_schema=seen)


@dataclass(frozen=True, slots=True)
class After:
    """Lets a function look at a value that pydantic has checked: it raises ValueError, or returns the value."""

    look: Callable[[Any], object]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401  types of pydantic
        from pydantic_core import core_schema  # noqa: PLC0415  only where pydantic is at work

        return core_schema.no_info_after_validator_function(self.look, handler(source))


def as_tuple(value: object) -> object:
    """Return a list as a tuple, and anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


def key_names(table: type[Table]) -> tuple[str, ...]:
    """Return the keys that a table can have, in their order."""
    return tuple(each.name for each in fields(table))  # type: ignore[arg-type]


def descriptions(table: type[Table]) -> dict[str, str]:
    """Return what each key of a table is for."""
    return {each.name: each.metadata.get("description", "") for each in fields(table)}  # type: ignore[arg-type]


def holds_tables(table: type[Table], name: str) -> bool:
    """Say whether a key of a table holds tables by name."""
    return any(each.metadata.get("tables") for each in fields(table) if each.name == name)  # type: ignore[arg-type]


def default_of(table: type[Table], name: str) -> object:
    """Return what a key is where it is not written; None where it must be."""
    return next(_default(each) for each in fields(table) if each.name == name)  # type: ignore[arg-type]


def _default(each: Any) -> Any:  # noqa: ANN401  dataclasses.Field
    if each.default_factory is not MISSING:
        return each.default_factory()
    return None if each.default is MISSING else each.default


def _plain(value: object) -> object:
    if isinstance(value, Table):
        return value.written()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
