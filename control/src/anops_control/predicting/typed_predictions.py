"""Predictions that were gathered as CSV, as Arrow or Parquet: with the types that the service's own answer has."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from anops_control.predicting.joining import Joined


def types_of(answer: BinaryIO) -> str:
    """Return the types in an answer that came as Arrow, as a text."""
    from pyarrow import ipc  # noqa: PLC0415  it is slow to import

    with answer, ipc.open_stream(answer) as reader:
        return base64.b64encode(reader.schema.serialize().to_pybytes()).decode()


def write_typed(part: Path, names: Sequence[str], types: str, joined: Joined, output: Path) -> None:
    """Write predictions in CSV as Arrow or Parquet, by the ending of the new file's name.

    Args:
        part: The predictions.
        names: Their columns.
        types: What `types_of` has returned; empty where no row has a prediction: all are then missing.
        joined: Puts the kept columns before them.
        output: The new file.
    """
    import pyarrow as pa  # noqa: PLC0415  it is slow to import
    from pyarrow import csv, ipc  # noqa: PLC0415  the same

    known = ipc.read_schema(pa.py_buffer(base64.b64decode(types))) if types else pa.schema([])
    # the reader of CSV has dictionaries of this one kind alone
    plain = pa.schema(
        [(name, _plain(known.field(name).type, pa) if name in known.names else pa.string()) for name in names]
    )
    with csv.open_csv(
        part,
        read_options=csv.ReadOptions(block_size=1 << 20, column_names=list(names), skip_rows=1),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types=plain,
            null_values=["NA"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["TRUE", "true"],
            false_values=["FALSE", "false"],
        ),
    ) as reader:
        joined.write_batches(plain, _batches(reader), output)


def _batches(reader: Any) -> Iterator[Any]:  # noqa: ANN401  pyarrow has no types
    yield from reader


def _plain(kind: Any, pa: Any) -> Any:  # noqa: ANN401  the same
    return kind.value_type if pa.types.is_dictionary(kind) else kind
