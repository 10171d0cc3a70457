"""The fast way from a JSON body to a frame: a msgspec decoder compiled from the schema."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
from anops_model_interface.columns import MAX_EXACT, Column
from anops_model_interface.errors import AnOpsError, FaultCollector
from anops_model_interface.number_block import NumberBlock
from anops_model_interface.options import option_faults

from anops_api_service.bodies.decoded import check
from anops_api_service.bodies.doubles import doubles
from anops_api_service.bodies.fast_check import FastCheck
from anops_api_service.bodies.json_decoder import decoder
from anops_api_service.bodies.json_faults import read_slowly
from anops_api_service.bodies.json_repeats import colons_in, might_repeat, refuse_repeats
from anops_api_service.bodies.json_values import column_of
from anops_api_service.bodies.media import without_mark
from anops_api_service.bodies.small_json import MOST_ROWS, SmallJson
from anops_api_service.bodies.wide_json import InexactError, WideJson
from anops_api_service.sent import Decoded, Sent, options_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.schema import ColumnSpec, Schema

_TEXTS = frozenset({"string", "category", "date", "datetime"})

MOST_FIELDS = 500
"""Wider rows are read by name: where names come in another order, a decoder of fields looks at all for each."""


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
    _exact: msgspec.json.Decoder[Any] | WideJson = field(init=False)
    _lenient: msgspec.json.Decoder[Any] | WideJson = field(init=False)
    _fast_check: FastCheck = field(init=False)
    _defaults: tuple[Mapping[str, OptionValue], bytes] = field(init=False)
    _colons: int = field(init=False)
    _plain: bool = field(init=False)
    _wide: WideJson | None = field(init=False)
    _texts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        wide = WideJson(self.schema.inputs) if len(self.schema.inputs) > MOST_FIELDS else None
        object.__setattr__(self, "_wide", wide)
        object.__setattr__(self, "_exact", wide or decoder(self.schema.inputs, forbid=True))
        object.__setattr__(self, "_lenient", wide or decoder(self.schema.inputs, forbid=False))
        object.__setattr__(self, "_fast_check", FastCheck(self.schema, typed=wide is None))
        defaults = option_faults({}, self.schema, FaultCollector())
        object.__setattr__(self, "_defaults", (defaults, options_key(defaults)))
        inputs = self.schema.inputs
        object.__setattr__(self, "_colons", len(inputs) + colons_in(inputs))
        object.__setattr__(self, "_plain", self._colons == len(inputs))
        object.__setattr__(self, "_texts", tuple(i for i, spec in enumerate(inputs.values()) if spec.type in _TEXTS))

    def __reduce__(self) -> tuple[type[JsonBody], tuple[Schema, str]]:
        """Let another process make its own decoders: to make them takes as long as to read a thousand rows."""
        return JsonBody, (self.schema, self.model)

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
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, InexactError):
            pass
        try:
            content = self._lenient.decode(body)
            return self._frame(content, given, ignored=self._ignored(body, content))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, InexactError):
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
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, InexactError):
            return self.read(body, options)

    def _refuse_repeats(self, body: bytes, content: Any) -> None:  # noqa: ANN401  its class is made from the schema
        """Refuse a body that names something twice.

        Each column was there at least once, so one colon for each says that none was there twice. Where there are more,
        they are in texts, or it is looked at closely.
        """
        data, options = content.data, content.options
        if self._wide is not None and not self._wide.is_exact(data):
            raise InexactError
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
        lists = self._lists(data)
        return sum(colons_in(lists[i]) for i in self._texts)

    def _lists(self, data: Any) -> Sequence[Sequence[Any]]:  # noqa: ANN401  its class is made from the schema
        """Return the values of each column, in the schema's order."""
        if self._wide is not None:
            return self._wide.lists(data)
        if isinstance(data, list):
            return [list(map(attrgetter(f"c{i}"), data)) for i in range(len(self.schema.inputs))]
        return cast("tuple[list[Any], ...]", msgspec.structs.astuple(data))

    def _small(self, body: bytes, content: Any, options: Mapping[str, object] | None) -> SmallJson | None:  # noqa: ANN401  its class is made from the schema
        """Return what was decoded, or None where it is no small body or there is something to say of its options."""
        data = content.data
        if isinstance(data, list):
            if len(data) > MOST_ROWS:
                return None
            values = self._wide.rows(data) if self._wide else list(map(msgspec.structs.astuple, data))
        else:
            lists = self._lists(data)
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
        try:
            columns = self._columns(list(zip(*values, strict=True)), len(values), faults)
        except InexactError:
            return None
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
        lists = self._lists(data)
        if isinstance(data, list):
            rows = len(data)
        else:
            lengths = {len(values) for values in lists}
            if len(lengths) != 1:
                raise InexactError
            rows = lengths.pop()
        columns = self._columns(lists, rows, faults)
        if faults or _beyond_doubles(columns):
            raise InexactError
        options = {**given, **(content.options or {})}
        return check(columns, rows, options, self.schema, faults=faults, ignored=ignored, model=self.model)

    def _columns(self, lists: Sequence[Sequence[Any]], rows: int, faults: FaultCollector) -> Sequence[Column]:
        """Make columns of the values of each."""
        if 0 < rows <= MOST_ROWS and (block := self._block(lists, rows)) is not None:
            return block
        inputs = self.schema.inputs.items()
        typed = self._wide is None
        try:
            return [
                _column(name, values, spec, faults, typed=typed)
                for values, (name, spec) in zip(lists, inputs, strict=True)
            ]
        except OverflowError:  # a number that no double holds
            raise InexactError from None

    def _block(self, lists: Sequence[Sequence[Any]], rows: int) -> NumberBlock | None:
        """Make one block of columns of numbers; None where there are others, or values that want a closer look."""
        names = self.schema.number_limits.names
        if len(names) < len(lists) or not lists:
            return None
        flat = list(chain.from_iterable(lists))
        if not {float, int, type(None)}.issuperset(map(type, flat)):
            return None
        try:
            # numpy reads None as NaN
            return NumberBlock(names, np.array(flat, dtype=np.float64).reshape(len(names), rows))
        except OverflowError:
            return None

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


def _column(name: str, values: Sequence[Any], spec: ColumnSpec, faults: FaultCollector, *, typed: bool) -> Column:
    """Make a column of what the decoder has read for it."""
    if spec.type == "number" and typed:
        try:
            # the decoder gives no integer and no boolean for a number, so this holds nothing but doubles
            return Column(name, "number", doubles(values))
        except struct.error:
            pass  # something is missing, or an infinity
    return column_of(name, values, spec, faults)


def _beyond_doubles(columns: Sequence[Column]) -> bool:
    """Say whether a number is so large that a whole number may have been rounded to it."""
    if isinstance(columns, NumberBlock):
        return bool((abs(columns.values) >= MAX_EXACT).any())
    return any(
        column.type == "number" and len(column.values) and (abs(column.values) >= MAX_EXACT).any() for column in columns
    )
