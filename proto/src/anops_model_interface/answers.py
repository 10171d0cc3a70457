"""An answer with predictions, in its private form: rows, warnings, and the model that gave them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import msgspec

from anops_model_interface.codes import Code
from anops_model_interface.columns import Column, column_from_array
from anops_model_interface.datatypes import DATATYPES
from anops_model_interface.errors import AnOpsError, FaultCollector
from anops_model_interface.frames import Frame, Warn
from anops_model_interface.packed_frames import Buffer, Tensor, arrays_of, join, split, tensor_of
from anops_model_interface.unicode_texts import whole_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.schema import ColumnSpec

_KIND = int.from_bytes(b"AOAN", "little")


class AnswerHead(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What an answer says beside its values.

    Attributes:
        tensors: The columns.
        model_name: The model's name.
        model_version: Its version.
        model_digest: Its digest; empty where the server does not say.
        request_id: That of the request.
        warnings: What goes with the rows.
        seconds: How long the worker took, from reading the request to its predictions; 0: the server does not say.
    """

    tensors: tuple[Tensor, ...]
    model_name: str = ""
    model_version: str = ""
    model_digest: str = ""
    request_id: str = ""
    warnings: tuple[Warn, ...] = ()
    seconds: float = 0.0


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(AnswerHead)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer.

    Attributes:
        head: What it says beside its values.
        buffers: The values of its tensors.
    """

    head: AnswerHead
    buffers: list[Buffer]

    @classmethod
    def of(
        cls,
        frame: Frame,
        warnings: Sequence[Warn],
        *,
        model_name: str,
        model_version: str = "",
        model_digest: str = "",
        request_id: str = "",
        outputs: Sequence[str] = (),
        coded: bool = True,
        seconds: float = 0.0,
    ) -> Self:
        """Make an answer.

        Args:
            frame: The predictions.
            warnings: What goes with them.
            model_name: The model's name.
            model_version: Its version.
            model_digest: Its digest; empty: none.
            request_id: That of the request.
            outputs: The columns of the frame that go into it; empty: all.
            coded: Whether the other end knows coded texts.
            seconds: How long it took.

        Raises:
            UnicodeEncodeError: A text is no Unicode.
        """
        columns: Sequence[Column] = [frame[name] for name in outputs] if outputs else frame.columns
        described: list[Tensor] = []
        buffers: list[Buffer] = []
        for column in columns:
            tensor, buffer = tensor_of(column, frame.rows, coded=coded)
            described.append(tensor)
            buffers.append(buffer)
        told = tuple(warnings) and tuple(_whole(warn) for warn in warnings)
        head = AnswerHead(tuple(described), model_name, model_version, model_digest, request_id, told, seconds)
        return cls(head, buffers)

    def to_bytes(self) -> bytes:
        """Write it.

        Raises:
            UnicodeEncodeError: A text is no Unicode.
        """
        return join(_KIND, _ENCODER.encode(self.head), self.head.tensors, self.buffers)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes()` wrote.

        Raises:
            AnOpsError: `MODEL_OUTPUT`: it is something else.
        """
        return cls(*split(data, _KIND, _DECODER, what="the model's answer", code=Code.MODEL_OUTPUT))


def decode_answer(answer: Answer, outputs: Mapping[str, ColumnSpec]) -> Frame:
    """Read the predictions of an answer from any server.

    Args:
        answer: The answer.
        outputs: What the schema says of the answer's columns; one it does not know takes the type of its
            datatype.

    Raises:
        AnOpsError: `MODEL_OUTPUT`: it can't be read as a frame.
    """
    try:
        faults = FaultCollector()
        columns: list[Column] = []
        for array in arrays_of(answer.head.tensors, answer.buffers):
            for name, values in array.split():
                missing = array.missing if name == array.name else None
                spec = outputs.get(name)
                if spec is None or (spec.type == "number" or spec.type in DATATYPES) != (values.dtype != object):
                    spec = None
                column = column_from_array(name, values, missing, spec, faults)
                if array.coded is not None and column.values is values:  # nothing was made of the texts
                    column = replace(column, coded=array.coded)
                columns.append(column)
        faults.raise_if_any()
        rows = _common_rows(columns)
    except AnOpsError as error:
        raise unreadable(error) from error
    return Frame(tuple(columns), rows)


def unreadable(error: Exception) -> AnOpsError:
    """Return what is said of an answer in which something can't be read."""
    return AnOpsError(Code.MODEL_OUTPUT, f"Can't read the model's answer: {error}")


def _common_rows(columns: Sequence[Column]) -> int:
    lengths = {len(column.values) for column in columns}
    if len(lengths) > 1:
        raise AnOpsError(Code.COLUMN_LENGTH, f"its columns have {sorted(lengths)} rows")
    return lengths.pop() if lengths else 0


def _whole(warn: Warn) -> Warn:
    """Return a warning that can be sent, whatever its texts are."""
    call, column = (None if text is None else whole_text(text) for text in (warn.call, warn.column))
    return replace(warn, message=whole_text(warn.message), call=call, column=column)
