"""The fast way from a JSON body to a frame: a msgspec decoder compiled from the schema."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from anops_model_interface.columns import MAX_EXACT, Column
from anops_model_interface.errors import AnOpsError, FaultCollector
from anops_model_interface.options import option_faults

from anops_api_service.bodies.decoded import check
from anops_api_service.bodies.doubles import doubles
from anops_api_service.bodies.fast_check import FastCheck
from anops_api_service.bodies.json_faults import read_slowly
from anops_api_service.bodies.json_repeats import colons_in, might_repeat, refuse_repeats
from anops_api_service.bodies.json_values import column_of
from anops_api_service.bodies.media import without_mark
from anops_api_service.bodies.small_json import MOST_ROWS, SmallJson
from anops_api_service.sent import Decoded, Sent, options_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.schema import ColumnSpec, Schema

_TYPES: Mapping[str, Any] = {
    "number": float | Literal["Inf", "-Inf"] | None,
    "integer": int | float | None,
    "boolean": bool | None,
    "category": str | int | float | None,
}
_TEXTS = frozenset({"string", "category", "date", "datetime"})

_UNNAMEABLE = re.compile(r'["\\\x00-\x1f]')
"""Characters that msgspec has in no field's name; bodies with such columns are read slowly."""
MOST_FIELDS = 500
"""Wider rows are read slowly: where their names do not come in the schema's order, msgspec looks at all for each."""
_NOTHING = Annotated[int, msgspec.Meta(gt=0, lt=0)]
"""What no JSON is."""


class _Names(msgspec.Struct):
    """Records of which only the names are wanted."""

    data: list[dict[str, msgspec.Raw]]


class _ColumnNames(msgspec.Struct):
    """Columns of which only the names are wanted."""

    data: dict[str, msgspec.Raw]


@dataclass(frozen=True, slots=True)
class JsonBody:
    """Reads JSON bodies for one schema.

    Attributes:
        schema: What the model takes.
        model: The model's name, for messages.
    """

    schema: Schema
    model: str = ""
    _exact: msgspec.json.Decoder[Any] = field(init=False)
    _lenient: msgspec.json.Decoder[Any] = field(init=False)
    _fast_check: FastCheck = field(init=False)
    _defaults: tuple[Mapping[str, OptionValue], bytes] = field(init=False)
    _colons: int = field(init=False)
    _plain: bool = field(init=False)
    _texts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_exact", _decoder(self.schema.inputs, forbid=True))
        object.__setattr__(self, "_lenient", _decoder(self.schema.inputs, forbid=False))
        object.__setattr__(self, "_fast_check", FastCheck(self.schema))
        defaults = option_faults({}, self.schema, FaultCollector())
        object.__setattr__(self, "_defaults", (defaults, options_key(defaults)))
        inputs = self.schema.inputs
        object.__setattr__(self, "_colons", len(inputs) + colons_in(inputs))
        object.__setattr__(self, "_plain", self._colons == len(inputs))
        object.__setattr__(self, "_texts", tuple(i for i, spec in enumerate(inputs.values()) if spec.type in _TEXTS))

    def read(self, body: bytes, options: Mapping[str, object] | None = None) -> Decoded:
        """Read a body.

        Args:
            body: JSON in UTF-8, or in UTF-16 with its mark.
            options: Options from the query; those in the body go before them.

        Raises:
            AnOpsError: It can't be read or does not fit; all faults together.
        """
        given = options or {}
        body = without_mark(body)
        try:
            content = self._exact.decode(body)
            self._refuse_repeats(body, content)
            return self._frame(content, given)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, _InexactError):
            pass
        try:
            content = self._lenient.decode(body)
            return self._frame(content, given, ignored=self._ignored(body, content))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, _InexactError):
            # only the slow reader finds every fault, and in which row
            return read_slowly(body, self.schema, options=given, model=self.model)

    def take(self, body: bytes, options: Mapping[str, object] | None = None) -> Sent:
        """Read a body; the check of a small one's rows is left to that of its batch.

        Args:
            body: JSON in UTF-8.
            options: Options from the query; those in the body go before them.

        Raises:
            AnOpsError: It can't be read or does not fit; all faults together.
        """
        try:
            content = self._exact.decode(body)
            self._refuse_repeats(body, content)
            return self._small(body, content, options) or self._frame(content, options or {})
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, _InexactError):
            return self.read(body, options)

    def _refuse_repeats(self, body: bytes, content: Any) -> None:  # noqa: ANN401  its class is made from the schema
        """Refuse a body that names something twice.

        Each column was there at least once, so one colon for each says that none was there twice. Where there are more,
        they are in texts, or it is looked at closely.
        """
        data, options = content.data, content.options
        colons = 1 + (len(data) * self._colons if data.__class__ is list else self._colons)
        if options is not None:
            colons += 1 + len(options)
        have = body.count(b":")
        if have == colons and self._plain:
            return
        # a backslash may hide a colon
        if b"\\" not in body and have == colons + self._colons_in_texts(data) + _colons_in_options(options or {}):
            return
        refuse_repeats(body, model=self.model)

    def _colons_in_texts(self, data: Any) -> int:  # noqa: ANN401  its class is made from the schema
        if data.__class__ is list:
            return sum(colons_in(map(attrgetter(f"c{i}"), data)) for i in self._texts)
        return sum(colons_in(getattr(data, f"c{i}")) for i in self._texts)

    def _small(self, body: bytes, content: Any, options: Mapping[str, object] | None) -> SmallJson | None:  # noqa: ANN401  its class is made from the schema
        """Return what was decoded, or None where it is no small body or there is something to say of its options."""
        data = content.data
        if isinstance(data, list):
            if len(data) > MOST_ROWS:
                return None
            values = list(map(msgspec.structs.astuple, data))
        else:
            lists = msgspec.structs.astuple(data)
            if not lists or len(lists[0]) > MOST_ROWS or any(len(values) != len(lists[0]) for values in lists):
                return None
            values = list(zip(*lists, strict=True))
        if not values or not values[0]:
            return None
        given = options or {}
        if not given and not content.options:
            return SmallJson(self, body, values, *self._defaults, given)
        faults = FaultCollector()
        taken = option_faults({**given, **(content.options or {})}, self.schema, faults)
        return None if faults else SmallJson(self, body, values, taken, options_key(taken), given)

    def frame_without_faults(self, values: Sequence[tuple[Any, ...]]) -> Frame | None:
        """Make a frame of rows.

        Args:
            values: A tuple of values for each row, in the schema's order.

        Returns:
            The frame, or None where there is anything to say of it.
        """
        if self._fast_check.possible and (frame := self._fast_check.frame(values)) is not None:
            return frame
        faults = FaultCollector()
        lists = zip(*values, strict=True)
        columns = [
            _column(name, column, spec, faults)
            for column, (name, spec) in zip(lists, self.schema.inputs.items(), strict=True)
        ]
        if faults or _beyond_doubles(columns):
            return None
        try:
            decoded = check(columns, len(values), {}, self.schema, faults=faults, model=self.model)
        except AnOpsError:
            return None
        return None if decoded.warnings else decoded.frame

    def _frame(self, content: Any, given: Mapping[str, object], ignored: Sequence[str] = ()) -> Decoded:  # noqa: ANN401  its class is made from the schema
        faults = FaultCollector()
        data = content.data
        inputs = list(self.schema.inputs.items())
        if isinstance(data, list):
            rows = len(data)
            lists = [list(map(attrgetter(f"c{i}"), data)) for i in range(len(inputs))]
        else:
            lists = [getattr(data, f"c{i}") for i in range(len(inputs))]
            lengths = {len(values) for values in lists}
            if len(lengths) != 1:
                raise _InexactError
            rows = lengths.pop()
        columns = [_column(name, lists[i], spec, faults) for i, (name, spec) in enumerate(inputs)]
        if faults or _beyond_doubles(columns):
            raise _InexactError
        options = {**given, **(content.options or {})}
        return check(columns, rows, options, self.schema, faults=faults, ignored=ignored, model=self.model)

    def _ignored(self, body: bytes, content: Any) -> list[str]:  # noqa: ANN401  its class is made from the schema
        if isinstance(content.data, list):
            data: Any = msgspec.json.decode(body, type=_Names).data
            names = dict.fromkeys(chain.from_iterable(data))
        else:
            data = msgspec.json.decode(body, type=_ColumnNames).data
            names = dict.fromkeys(data)
        if might_repeat(body, {"data": data}):
            refuse_repeats(body, model=self.model)
        return [name for name in names if name not in self.schema.inputs]


def _colons_in_options(options: Mapping[str, object]) -> int:
    return colons_in(options) + colons_in(options.values())


class _InexactError(Exception):
    """The fast decoder can't vouch for what it read."""


def _column(name: str, values: Sequence[Any], spec: ColumnSpec, faults: FaultCollector) -> Column:
    """Make a column of what the decoder has read for it."""
    if spec.type == "number":
        try:
            # the decoder gives no integer and no boolean for a number, so this holds nothing but doubles
            return Column(name, "number", doubles(values))
        except struct.error:
            pass  # something is missing, or an infinity
    return column_of(name, values, spec, faults)


def _beyond_doubles(columns: Sequence[Any]) -> bool:
    """Say whether a number is so large that a whole number may have been rounded to it."""
    return any(
        column.type == "number" and len(column.values) and (abs(column.values) >= MAX_EXACT).any() for column in columns
    )


def _decoder(inputs: Mapping[str, ColumnSpec], *, forbid: bool) -> msgspec.json.Decoder[Any]:
    kinds = [(f"c{i}", _TYPES.get(spec.type, str | None)) for i, spec in enumerate(inputs.values())]
    rename = {f"c{i}": name for i, name in enumerate(inputs)}
    if len(inputs) > MOST_FIELDS or any(_UNNAMEABLE.search(name) for name in inputs):
        return msgspec.json.Decoder(_NOTHING)
    row = msgspec.defstruct("Row", kinds, rename=rename, forbid_unknown_fields=forbid, gc=False)
    # made at run time, so that no type checker can follow them
    lists: list[tuple[str, Any]] = [(name, list[kind]) for name, kind in kinds]  # type: ignore[valid-type]
    columns = msgspec.defstruct("Columns", lists, rename=rename, forbid_unknown_fields=forbid)
    data: Any = list[row] | columns  # type: ignore[valid-type]
    fields: list[Any] = [("data", data), ("options", dict[str, Any] | None, None)]
    return msgspec.json.Decoder(msgspec.defstruct("Body", fields, forbid_unknown_fields=True))
