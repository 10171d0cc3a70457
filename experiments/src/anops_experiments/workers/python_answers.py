"""Writes what a function of Python returned as an answer of `anops_experiments/wire.py`, with nothing but Python."""

from __future__ import annotations

import struct
from typing import Any


class Refused(Exception):  # noqa: N818  what is told to a person is its text alone
    """What a person wrote can't be run: its text says why."""


def line_of(*fields: object) -> str:
    """Return a line of the head of an answer."""
    escaped = (str(each).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") for each in fields)
    return "\t".join(escaped)


def framed(lines: list[str], payload: list[bytes]) -> bytes:
    """Return an answer as bytes: its head, and what the columns hold."""
    head, body = "\n".join(lines).encode("utf-8", "replace"), b"".join(payload)
    return struct.pack("<II", len(head), len(body)) + head + body


def encoded(made: Any, wanted: list[str]) -> tuple[list[str], list[bytes]]:  # noqa: ANN401  whatever was returned
    """Return the lines and the bytes of what a function returned: of all outputs, or of those that are wanted."""
    outputs = made if isinstance(made, dict) and not _looks_columnar(made) else {"value": made}
    if wanted:
        lacking = [name for name in wanted if name not in outputs]
        if lacking:
            raise Refused(f"The function returned no output {', '.join(lacking)}; it returned {', '.join(outputs)}.")
        outputs = {name: outputs[name] for name in wanted}
    lines: list[str] = []
    payload: list[bytes] = []
    for name, value in outputs.items():
        columns = _columns(str(name), value)
        lines += (
            [line_of("S", name, "", *_scalar(str(name), value, payload))]
            if columns is None
            else [
                line_of("T", name, column, *_column(f"{name}.{column}", values, payload))
                for column, values in columns.items()
            ]
        )
    return lines, payload


def _looks_columnar(made: dict[Any, Any]) -> bool:
    """Say whether a dictionary is a table: columns of one length, none of which is a table itself."""
    return bool(made) and all(
        isinstance(value, list | tuple) or getattr(value, "ndim", 0) == 1 for value in made.values()
    )


def _columns(name: str, value: Any) -> dict[str, Any] | None:  # noqa: ANN401  whatever was returned
    if hasattr(value, "to_pydict"):  # Arrow
        return dict(value.to_pydict())
    if hasattr(value, "index") and hasattr(value, "reset_index"):  # pandas
        value = _labelled(value)
    if hasattr(value, "columns") and hasattr(value, "to_dict"):  # pandas, polars
        names = [str(column) for column in value.columns]
        if twice := [column for at, column in enumerate(names) if column in names[:at]]:
            raise Refused(f"The columns of output `{name}` must have names that differ; there are two `{twice[0]}`.")
        return {str(column): value[column] for column in value.columns}
    if isinstance(value, dict) and _looks_columnar(value):
        lengths = {len(each) for each in value.values()}
        if len(lengths) > 1:
            raise Refused(f"The columns of output `{name}` have different lengths: {sorted(lengths)}.")
        return {str(column): each for column, each in value.items()}
    if isinstance(value, list | tuple) or getattr(value, "ndim", 0) == 1:
        return {"value": value}
    return None


def _labelled(value: Any) -> Any:  # noqa: ANN401  a frame or a series
    """Return it with the names of its rows as columns; numbers that only count rows are left out."""
    index = value.index
    if list(index.names) == [None] and index.dtype.kind in "iu":
        return value
    frame = value if hasattr(value, "columns") else value.to_frame("value")
    return frame if set(index.names) & set(frame.columns) else frame.reset_index()


def _coarse(value: Any) -> Any:  # noqa: ANN401  of NumPy or not
    """Return moments and spans of NumPy in microseconds: finer ones would become bare numbers."""
    kept = str(getattr(value, "dtype", ""))
    is_fine = type(value).__module__ == "numpy" and kept.endswith(("[ns]", "[ps]", "[fs]", "[as]"))
    return value.astype(f"{kept[: kept.index('[')]}[us]") if is_fine else value


def _scalar(name: str, value: Any, payload: list[bytes]) -> tuple[str, int]:  # noqa: ANN401  whatever was returned
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = _coarse(value).item()
    if not isinstance(value, bool | int | float | str | None) and not hasattr(value, "isoformat"):
        raise Refused(
            f"Output `{name}` must be a number, a text or a table (a data frame, a dictionary of columns), not "
            f"{type(value).__name__}."
        )
    return _column(name, [value], payload)


def _column(name: str, values: Any, payload: list[bytes]) -> tuple[str, int]:  # noqa: ANN401  a column of any library
    values = _coarse(values)
    kept = str(getattr(values, "dtype", ""))
    if kept == "float64" and hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if kept == "float64" and hasattr(values, "tobytes"):
        payload.append(values.tobytes())
        return "d", len(values)
    cells = values.tolist() if hasattr(values, "tolist") else list(values)
    if kept.startswith(("Int", "Float", "boolean", "string", "str", "object", "category", "datetime")):
        cells = [None if _is_missing(each) else each for each in cells]
    cells = [each.item() if type(each).__module__ == "numpy" and hasattr(each, "item") else each for each in cells]
    kinds = {type(each) for each in cells if each is not None}
    return _packed(name, cells, kinds, payload), len(cells)


def _is_missing(cell: Any) -> bool:  # noqa: ANN401  a cell of any library
    return cell is None or type(cell).__name__ in {"NAType", "NaTType"} or (isinstance(cell, float) and cell != cell)  # noqa: PLR0124


def _packed(name: str, cells: list[Any], kinds: set[type], payload: list[bytes]) -> str:
    count = len(cells)
    mask = bytes(each is None for each in cells)
    if kinds <= {bool}:
        payload.append(bytes(2 if each is None else int(each) for each in cells))
        return "l"
    if kinds == {int} and all(-(2**63) <= each < 2**63 for each in cells if each is not None):
        payload.append(struct.pack(f"<{count}q", *(each or 0 for each in cells)) + mask)
        return "q"
    if kinds <= {int, float}:
        if any(type(each) is int and float(each) != each for each in cells):
            raise Refused(f"Output `{name}` holds whole numbers that 64 bits can't: return them as float or as text.")
        payload.append(struct.pack(f"<{count}d", *(0.0 if each is None else each for each in cells)) + mask)
        return "f"
    if kinds == {str}:
        encoded = [b"" if each is None else each.encode() for each in cells]
        sizes = (-1 if each is None else len(text) for each, text in zip(cells, encoded, strict=True))
        payload.append(struct.pack(f"<{count}i", *sizes) + b"".join(encoded))
        return "s"
    if kinds and all(hasattr(each, "isoformat") for each in kinds):
        return _packed(name, [None if each is None else each.isoformat() for each in cells], {str}, payload)
    named = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise Refused(f"Output `{name}` must hold only numbers, texts, dates, or true and false, not {named}.")
