"""Bodies as MLflow's scoring servers and SageMaker's endpoints take them, brought into our own form.

Source: MLflow, "Deploy MLflow Model as a Local Inference Server", accepted input formats; TensorFlow Serving, REST.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, shortened

from anops_api_service.bodies.media import without_mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.schema import Schema

FORMS = ("dataframe_split", "dataframe_records", "inputs", "instances")
"""The members of which a body has one."""
_CONSTANTS: Mapping[str, str | None] = {"NaN": None, "Infinity": "Inf", "-Infinity": "-Inf"}
"""What Python writes for numbers that JSON does not have, as we write them."""
_EXACT_DIGITS = 18


def plain(body: bytes, schema: Schema) -> bytes:
    """Return a body as `POST /predict` takes it.

    Args:
        body: JSON in UTF-8.
        schema: What the model takes.

    Raises:
        AnOpsError: `BODY_SYNTAX`, `BODY_SHAPE`: it is none of this form.
    """
    body = without_mark(body)
    try:
        return _converted(msgspec.json.decode(body), schema)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError):
        pass
    try:
        content = json.loads(body, parse_constant=_CONSTANTS.__getitem__, parse_float=_fraction, parse_int=_whole)
        return _converted(content, schema)
    except json.JSONDecodeError as error:
        raise AnOpsError(
            Code.BODY_SYNTAX, f"Can't read the body as JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise AnOpsError(Code.BODY_SYNTAX, "Can't read the body as JSON in UTF-8.") from error


def _converted(content: object, schema: Schema) -> bytes:
    forms = [form for form in FORMS if form in content] if isinstance(content, dict) else []
    if not isinstance(content, dict) or len(forms) != 1:
        found = f"has {' and '.join(f'`{form}`' for form in forms)}" if forms else "has none of them"
        raise AnOpsError(
            Code.BODY_SHAPE,
            f"Can't read the body: it must be an object with one of `{'`, `'.join(FORMS)}`; it {found}.",
            remedy='Send {"dataframe_split": {"columns": […], "data": [[…], …]}}; or ask POST /predict, which takes '
            '{"data": [{…}, …]}.',
        )
    (form,) = forms
    data, names = content[form], list(schema.inputs)
    rows: Any
    if form == "dataframe_split":
        rows = _split(data, names)
    elif form == "dataframe_records":
        rows = _list(data, form)
    elif isinstance(data, dict):
        rows = {name: _column(values) for name, values in data.items()}
    else:
        rows = _rows(_list(data, form), form, names)
    options = content.get("params")
    return msgspec.json.encode({"data": rows, "options": {} if options is None else options})


def _split(data: object, names: list[str]) -> dict[str, list[Any]]:
    if not isinstance(data, dict) or not isinstance(data.get("data"), list):
        raise _misshapen('`dataframe_split` must be {"columns": [names], "data": [[values], …]}')
    columns = data.get("columns", names)
    if not isinstance(columns, list):
        raise _misshapen("`columns` must be a list of names")
    if columns == list(range(len(names))):
        columns = names  # a frame without names numbers its columns
    return _by_name([str(column) for column in columns], data["data"])


def _rows(rows: list[Any], form: str, names: list[str]) -> Any:  # noqa: ANN401  rows or columns
    """Return rows that are objects, lists in the order of the model's columns, or, where it has one column, values."""
    if not rows:
        return {name: [] for name in names}
    if all(isinstance(row, dict) for row in rows):
        return [{name: _value(value) for name, value in row.items()} for row in rows]
    if all(isinstance(row, list) for row in rows):
        return _by_name(names, rows)
    if len(names) == 1 and not any(isinstance(row, list | dict) for row in rows):
        return {names[0]: rows}
    raise _misshapen(
        f"`{form}` must be a list of objects, or of lists with a value for each of the model's {len(names)} columns"
    )


def _by_name(columns: Sequence[str], rows: list[Any]) -> dict[str, list[Any]]:
    if len(set(columns)) < len(columns):
        raise _misshapen("two of its `columns` have the same name")
    for i, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(columns):
            named = ", ".join(shortened(name) for name in columns[:8])
            raise _misshapen(f"row {i + 1} must be a list of {len(columns)} values, for the columns {named}")
    return {name: [row[i] for row in rows] for i, name in enumerate(columns)}


def _list(data: object, form: str) -> list[Any]:
    if not isinstance(data, list):
        raise _misshapen(f"`{form}` must be a list of rows")
    return data


def _column(values: object) -> Any:  # noqa: ANN401  whatever JSON holds: what is wrong is found with the rows
    return [_value(value) for value in values] if isinstance(values, list) else [values]


def _value(value: Any) -> Any:  # noqa: ANN401  whatever JSON holds
    """Return a value of a column of the shape [rows, 1] as one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _misshapen(what: str) -> AnOpsError:
    return AnOpsError(Code.BODY_SHAPE, f"Can't read the body: {what}.")


def _fraction(text: str) -> Any:  # noqa: ANN401  a number, or its digits
    number = float(text)
    return number if math.isfinite(number) else msgspec.Raw(text.encode())


def _whole(text: str) -> Any:  # noqa: ANN401  a number, or its digits
    return int(text) if len(text) <= _EXACT_DIGITS else msgspec.Raw(text.encode())
