"""The input contract of a model: columns, types, levels, options and their policies."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar, get_args

import msgspec

from anops_model_interface.misfits import misfit
from anops_model_interface.moments import canonical_moment, zone
from anops_model_interface.tables import Before, Table, as_tuple, key, key_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.number_limits import NumberLimits

ColumnType = Literal["number", "integer", "boolean", "string", "category", "date", "datetime"]
Scalar = bool | int | float | str
"""A single value of a column or an option, as TOML and JSON can write it; dates as ISO 8601 text."""
_TwoEnds = tuple[float, float] | tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Spec(Table):
    """What columns and options have in common."""

    type: ColumnType = key("What the values are.")
    levels: Annotated[tuple[str, ...] | None, Before(as_tuple)] = key(
        "The levels of a category, in the order of the fitted model.", default=None
    )
    values: Annotated[tuple[float, ...] | None, Before(as_tuple)] = key(
        "The allowed numbers, for a number used as a factor.", default=None
    )
    min: float | None = key("The smallest allowed number.", default=None)
    max: float | None = key("The largest allowed number.", default=None)
    description: str | None = key("What it is, for people and for OpenAPI.", default=None)

    def __post_init__(self) -> None:
        numeric = self.type in {"number", "integer"}
        if self.levels is not None and self.type != "category":
            raise ValueError(f"`levels` go with type category, not {self.type}")
        if self.levels is not None and len(set(self.levels)) != len(self.levels):
            raise ValueError("`levels` must be different from each other")
        for limit in ("values", "min", "max"):
            if getattr(self, limit) is not None and not numeric:
                raise ValueError(f"`{limit}` goes with type number or integer, not {self.type}")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` must not be greater than `max`")


@dataclass(frozen=True, kw_only=True)
class ColumnSpec(Spec):
    """What one column of the input must be.

    `missing` is "error", "allow", or a value to put in; `None` leaves it to the language's default until the
    project is loaded. `novel` says what becomes of a new level: "error", "allow", "missing", or a
    level to put in. `infinite` says what becomes of an infinity.
    """

    seen: Annotated[tuple[float | str, float | str] | None, Before(as_tuple, instead=_TwoEnds)] = key(
        "The smallest and the largest value that the model was fitted on: two numbers, or two dates as "
        "text. A value outside is answered, with a warning.",
        default=None,
    )
    assumed: bool = key(
        "Whether the type number is only assumed, since neither the model nor example rows told it: true "
        "and false are then taken as 1 and 0, with a warning.",
        default=False,
    )
    ordered: bool = key("Whether a category's levels have an order.", default=False)
    unit: str | None = key("The unit of a number, such as `1000 lb`.", default=None)
    timezone: str | None = key("The IANA time zone in which a datetime without offset is read.", default=None)
    resolution: Literal["s", "ms", "us", "ns"] | None = key(
        "The unit in which pandas holds a date or datetime for a Python model that looks at it, as in "
        "`datetime64[s]`; absent: that of the installed pandas. R has one unit only, so an R model has none.",
        default=None,
    )
    missing: Scalar | None = key(
        "What happens to a missing value: `error`, `allow`, or a value to put in.", default=None
    )
    novel: str = key(
        "What happens to a new level: `error`, `allow` (the model gets it), `missing`, or a level to put in.",
        default="error",
    )
    infinite: Literal["error", "allow"] = key(
        "What happens to an infinite number: `error`, or `allow` (the model gets it).", default="allow"
    )

    feature: str | None = key(
        "The feature that it is, as `VIEW.FEATURE` of `[features]`: a request that leaves it out carries the entity's "
        "key instead, and the api-service looks it up.",
        default=None,
    )

    @cached_property
    def level_set(self) -> frozenset[str]:
        """The levels, gathered once: where they are many, that costs more than to predict a row."""
        return frozenset(self.levels or ())

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.timezone is not None:
            try:
                zone(self.timezone)
            except (KeyError, ValueError) as error:
                raise ValueError(
                    f"`timezone` must be a name of the IANA database such as Europe/Berlin, not {self.timezone!r}"
                ) from error
        self._check_seen()
        if self.feature is not None and not all(self.feature.partition(".")):
            raise ValueError("`feature` must name a feature view and one of its features: VIEW.FEATURE")
        if self.assumed and self.type != "number":
            raise ValueError(f"`assumed` goes with type number, not {self.type}")
        if self.infinite == "error" and self.type != "number":
            raise ValueError(f"`infinite` goes with type number, not {self.type}")
        if self.resolution is not None and self.type not in {"date", "datetime"}:
            raise ValueError(f"`resolution` goes with type date or datetime, not {self.type}")
        if self.novel not in {"error", "allow", "missing"} and self.novel not in (self.levels or ()):
            raise ValueError('`novel` must be "error", "allow", "missing" or one of the levels')
        if self.missing not in {None, "error", "allow"}:
            problem = misfit(self, self.missing)
            if problem:
                raise ValueError(f'`missing` must be "error", "allow" or a value of the column: {problem}')

    def _check_seen(self) -> None:
        if self.seen is None:
            return
        low, high = self.seen
        if self.type in {"number", "integer"}:
            if isinstance(low, str) or isinstance(high, str) or not math.isfinite(low) or not math.isfinite(high):
                raise ValueError(f"`seen` of a column of type {self.type} must be two numbers, the smaller first")
            backwards = low > high
        elif self.type in {"date", "datetime"}:
            moments = [canonical_moment(str(end), self.type, self.timezone) for end in self.seen]
            if None in moments:
                raise ValueError(f"`seen` of a column of type {self.type} must be two of them as ISO 8601 text")
            # without the letter behind them: 10:00:00Z is before 10:00:00.5Z
            backwards = str(moments[0]).rstrip("Z") > str(moments[1]).rstrip("Z")
        else:
            raise ValueError(f"`seen` goes with type number, integer, date or datetime, not {self.type}")
        if backwards:
            raise ValueError("`seen` must be the smallest value first, then the largest")


@dataclass(frozen=True, kw_only=True)
class OptionSpec(Spec):
    """What a request may ask of `predict_model`."""

    default: Annotated[Scalar | tuple[Scalar, ...] | None, Before(as_tuple)] = key(
        "What is passed when a request does not say; absent: nothing.", default=None
    )
    list: bool = key("Whether the option takes a list of such values.", default=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.default is None:
            return
        if self.list != isinstance(self.default, tuple):
            raise ValueError("`default` must be a list" if self.list else "`default` must be a single value")
        for value in self.default if isinstance(self.default, tuple) else (self.default,):
            problem = misfit(self, value)
            if problem:
                raise ValueError(f"`default`: {problem}")


def _expand(value: object) -> object:
    """Turn the short form `"number"` into `{type = "number"}`."""
    return {"type": value} if isinstance(value, str) else value


Column = Annotated[ColumnSpec, Before(_expand, short=ColumnType)]
Option = Annotated[OptionSpec, Before(_expand, short=ColumnType)]

S = TypeVar("S", ColumnSpec, OptionSpec)


@dataclass(frozen=True, kw_only=True)
class Schema(Table):
    """The whole contract of one model: what goes in, what comes out, what a request may ask."""

    inputs: dict[str, Column] = key("The columns that a request sends.", default_factory=dict)
    outputs: dict[str, Column] = key("The columns that an answer has.", default_factory=dict)
    options: dict[str, Option] = key("What a request may ask of `predict_model`.", default_factory=dict)

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Self:
        """Make a schema of tables as JSON and TOML write them; see `to_json`.

        Raises:
            ValueError: They are no schema; the text says where.
        """
        _refuse_unknown(tables, cls, "a schema")
        return cls(
            inputs=columns_of(tables, "inputs"),
            outputs=columns_of(tables, "outputs"),
            options=_specs(tables, "options", OptionSpec),
        )

    def to_json(self) -> str:
        """Return the schema as the JSON text of the metadata property `anops.schema`."""
        return msgspec.json.encode(self.written()).decode()

    @cached_property
    def digest(self) -> str:
        """A short text that is the same for the same contract."""
        return hashlib.blake2b(self.to_json().encode(), digest_size=12).hexdigest()

    @property
    def texts(self) -> frozenset[str]:
        """The columns that hold text, dates among them; of an input and an output of one name, the output."""
        columns = {**self.inputs, **self.outputs}
        return frozenset(name for name, spec in columns.items() if spec.type not in {"number", "integer", "boolean"})

    @cached_property
    def number_limits(self) -> NumberLimits:
        """What it says of its columns of numbers, made ready for one look at all of them."""
        from anops_model_interface.number_limits import NumberLimits  # noqa: PLC0415  who reads a schema needs no numpy

        return NumberLimits(self.inputs)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote.

        Raises:
            ValueError: It is no schema.
        """
        return cls.of(msgspec.json.decode(text, type=dict[str, Any]))

    def resolved(self, *, missing: Literal["error", "allow"]) -> Self:
        """Return the schema with the language's default policy put where a column does not say."""
        inputs = {
            name: spec if spec.missing is not None else replace(spec, missing=missing)
            for name, spec in self.inputs.items()
        }
        return replace(self, inputs=inputs)


def columns_of(tables: Mapping[str, Any], part: str) -> dict[str, ColumnSpec]:
    """Make the columns of tables as JSON and TOML write them.

    Args:
        tables: What is written.
        part: The key under which the columns are.

    Raises:
        ValueError: They are no columns; the text says where.
    """
    return _specs(tables, part, ColumnSpec)


def _specs(tables: Mapping[str, Any], part: str, kind: type[S]) -> dict[str, S]:
    columns = tables.get(part, {})
    if not isinstance(columns, dict):
        raise ValueError(f"`{part}` must be a table")  # noqa: TRY004  as all that is wrong with a schema
    return {name: _spec(f"{part}.{name}", written, kind) for name, written in columns.items()}


def _spec(where: str, written: object, kind: type[S]) -> S:
    if isinstance(written, kind):
        return written
    table = _expand(written)
    if not isinstance(table, dict):
        raise ValueError(f'`{where}` must be a type such as "number", or a table')  # noqa: TRY004  as above
    _refuse_unknown(table, kind, f"`{where}`")
    if table.get("type") not in get_args(ColumnType):
        received = f"not {table['type']!r}" if "type" in table else "and is missing"
        raise ValueError(f"`{where}.type` must be one of {', '.join(get_args(ColumnType))}, {received}")
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"`{where}`: {error}") from error


def _refuse_unknown(table: Mapping[str, Any], kind: type[Table], where: str) -> None:
    known = key_names(kind)
    for name in table:
        if name not in known:
            raise ValueError(f"{where} can't have the key `{name}`; its keys are {', '.join(known)}")
