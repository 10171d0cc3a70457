"""The input contract of a model: columns, types, levels, options and their policies."""

from __future__ import annotations

import hashlib
import math
import sys
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from anops_model_interface.moments import canonical_moment, zone

ColumnType = Literal["number", "integer", "boolean", "string", "category", "date", "datetime"]
Scalar = bool | int | float | str
"""A single value of a column or an option, as TOML and JSON can write it; dates as ISO 8601 text."""


class _Spec(BaseModel):
    """What columns and options have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    type: ColumnType = Field(description="What the values are.")
    levels: tuple[str, ...] | None = Field(
        default=None, strict=False, description="The levels of a category, in the order of the fitted model."
    )
    values: tuple[float, ...] | None = Field(
        default=None, strict=False, description="The allowed numbers, for a number used as a factor."
    )
    min: float | None = Field(default=None, description="The smallest allowed number.")
    max: float | None = Field(default=None, description="The largest allowed number.")
    description: str | None = Field(default=None, description="What it is, for people and for OpenAPI.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        numeric = self.type in {"number", "integer"}
        if self.levels is not None and self.type != "category":
            raise ValueError(f"`levels` go with type category, not {self.type}")
        if self.levels is not None and len(set(self.levels)) != len(self.levels):
            raise ValueError("`levels` must be different from each other")
        for key in ("values", "min", "max"):
            if getattr(self, key) is not None and not numeric:
                raise ValueError(f"`{key}` goes with type number or integer, not {self.type}")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` must not be greater than `max`")
        return self


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class ColumnSpec(_Spec):
    """What one column of the input must be.

    `missing` is "error", "allow", or a value to put in; `None` leaves it to the language's default until the
    project is loaded. `novel` says what becomes of a new level: "error", "allow", "missing", or a
    level to put in.
    """

    seen: Annotated[tuple[float, float] | tuple[str, str] | None, BeforeValidator(_as_tuple)] = Field(
        default=None,
        description="The smallest and the largest value that the model was fitted on: two numbers, or two dates as "
        "text. A value outside is answered, with a warning.",
    )
    assumed: bool = Field(
        default=False,
        description="Whether the type number is only assumed, since neither the model nor example rows told it: true "
        "and false are then taken as 1 and 0, with a warning.",
    )
    ordered: bool = Field(default=False, description="Whether a category's levels have an order.")
    unit: str | None = Field(default=None, description="The unit of a number, such as `1000 lb`.")
    timezone: str | None = Field(
        default=None, description="The IANA time zone in which a datetime without offset is read."
    )
    missing: Scalar | None = Field(
        default=None, description="What becomes of a missing value: `error`, `allow`, or a value to put in."
    )
    novel: str = Field(
        default="error",
        description="What becomes of a new level: `error`, `allow` (the model gets it), `missing`, or a level to "
        "put in.",
    )

    @model_validator(mode="after")
    def _check_policies(self) -> Self:
        if self.timezone is not None:
            try:
                zone(self.timezone)
            except (KeyError, ValueError) as error:
                raise ValueError(
                    f"`timezone` must be a name of the IANA database such as Europe/Berlin, not {self.timezone!r}"
                ) from error
        self._check_seen()
        if self.assumed and self.type != "number":
            raise ValueError(f"`assumed` goes with type number, not {self.type}")
        if self.novel not in {"error", "allow", "missing"} and self.novel not in (self.levels or ()):
            raise ValueError('`novel` must be "error", "allow", "missing" or one of the levels')
        if self.missing not in {None, "error", "allow"}:
            problem = misfit(self, self.missing)
            if problem:
                raise ValueError(f'`missing` must be "error", "allow" or a value of the column: {problem}')
        return self

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
            backwards = str(moments[0]) > str(moments[1])
        else:
            raise ValueError(f"`seen` goes with type number, integer, date or datetime, not {self.type}")
        if backwards:
            raise ValueError("`seen` must be the smallest value first, then the largest")


class OptionSpec(_Spec):
    """What a request may ask of `predict_model`."""

    default: Annotated[Scalar | tuple[Scalar, ...] | None, BeforeValidator(_as_tuple)] = Field(
        default=None, description="What is passed when a request does not say; absent: nothing."
    )
    list: bool = Field(default=False, description="Whether the option takes a list of such values.")

    @model_validator(mode="after")
    def _check_default(self) -> Self:
        if self.default is None:
            return self
        if self.list != isinstance(self.default, tuple):
            raise ValueError("`default` must be a list" if self.list else "`default` must be a single value")
        for value in self.default if isinstance(self.default, tuple) else (self.default,):
            problem = misfit(self, value)
            if problem:
                raise ValueError(f"`default`: {problem}")
        return self


def misfit(spec: _Spec, value: object) -> str | None:
    """Say why a single value does not fit a column or option.

    Args:
        spec: What the value must be.
        value: The value, as JSON or TOML gives it.

    Returns:
        A clause such as "must be a number, not text", or None where the value fits.
    """
    if spec.type == "boolean":
        return None if isinstance(value, bool) else f"must be true or false, not {kind_of(value)}"
    if spec.type in {"number", "integer"}:
        return _number_misfit(spec, value)
    if not isinstance(value, str):
        return f"must be {article(spec.type)}, not {kind_of(value)}"
    if spec.levels is not None and value not in spec.levels:
        return f'must be one of {_listing(spec.levels)}, not "{value[:80]}"'
    return None


def _number_misfit(spec: _Spec, value: object) -> str | None:  # noqa: PLR0911  one return for each way to be wrong
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"must be {article(spec.type)}, not {kind_of(value)}"
    if isinstance(value, float) and math.isnan(value):
        return f"must be {article(spec.type)}, not NaN"
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        return f"must be {article(spec.type)} below 2^1024 in size"
    if spec.type == "integer" and (not math.isfinite(value) or value != int(value)):
        return f"must be a whole number, not {value}"
    if spec.values is not None and value not in spec.values:
        return f"must be one of {_listing(spec.values)}, not {value}"
    if spec.min is not None and not value >= spec.min:
        return f"must be at least {number_text(spec.min)}, not {number_text(value)}"
    if spec.max is not None and not value <= spec.max:
        return f"must be at most {number_text(spec.max)}, not {number_text(value)}"
    return None


def article(kind: str) -> str:
    """Return a column type with its article, for messages: "a number", "an integer"."""
    return {"integer": "an integer", "boolean": "true or false", "string": "text"}.get(kind, f"a {kind}")


def kind_of(value: object) -> str:
    """Name the kind of a JSON value in a statistician's words."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list | tuple) else "an object"


def number_text(value: float) -> str:
    """Write a number without a needless `.0`."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _listing(values: tuple[Any, ...], most: int = 5) -> str:
    shown = [number_text(v) if isinstance(v, float) else str(v) for v in values[:most]]
    rest = len(values) - most
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


def _expand(value: object) -> object:
    """Turn the short form `"number"` into `{type = "number"}`."""
    return {"type": value} if isinstance(value, str) else value


Column = Annotated[ColumnSpec, BeforeValidator(_expand, json_schema_input_type=ColumnType | ColumnSpec)]
Option = Annotated[OptionSpec, BeforeValidator(_expand, json_schema_input_type=ColumnType | OptionSpec)]


class Schema(BaseModel):
    """The whole contract of one model: what goes in, what comes out, what a request may ask."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: dict[str, Column] = Field(default_factory=dict)
    outputs: dict[str, Column] = Field(default_factory=dict)
    options: dict[str, Option] = Field(default_factory=dict)

    def to_json(self) -> str:
        """Return the schema as the JSON text of the metadata property `anops.schema`."""
        return self.model_dump_json(exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """A short text that is the same for the same contract."""
        return hashlib.blake2b(self.to_json().encode(), digest_size=12).hexdigest()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote."""
        return cls.model_validate_json(text)

    def resolved(self, *, missing: Literal["error", "allow"]) -> Self:
        """Return the schema with the language's default policy put where a column does not say."""
        inputs = {
            name: spec if spec.missing is not None else spec.model_copy(update={"missing": missing})
            for name, spec in self.inputs.items()
        }
        return self.model_copy(update={"inputs": inputs})
