"""The forms in which pandas writes a data frame as JSON, brought into ours where they say plainly what is what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Collection

LINE = 'In Python: requests.post(url, json={"data": json.loads(df.to_json(orient="records", date_format="iso"))}).'
_SPLIT = frozenset({"columns", "index", "data", "index_names", "column_names"})
"""The members of the forms `split` and `tight`."""


def plain(content: object, names: Collection[str]) -> object:
    """Return a body with `data` as rows or columns of our own form; what is of another form is left alone.

    Args:
        content: What the JSON holds.
        names: The columns that the model takes.

    Raises:
        AnOpsError: `BODY_SHAPE`: a frame was written without its columns' names, or as a text.
    """
    if isinstance(content, str):
        raise _refusal("it is a text that holds JSON, not JSON itself")
    if isinstance(content, list):
        return {"data": _data(content, names)}
    if not isinstance(content, dict):
        return content
    if "data" not in content:
        nested = bool(content) and all(isinstance(values, dict) for values in content.values())
        bare = nested or (bool(content) and all(isinstance(values, list) for values in content.values()))
        return {"data": _data(content, names)} if bare and names and set(names) <= set(content) else content
    options = {key: content[key] for key in ("options",) if key in content}
    if "columns" in content and set(content) - {"options"} <= _SPLIT:
        frame = {key: value for key, value in content.items() if key != "options"}
        return {"data": _data(frame, ()), **options}
    schema = content.get("schema")
    if set(content) - {"options"} == {"schema", "data"} and isinstance(schema, dict) and "fields" in schema:
        return {"data": _without_index(content["data"], schema.get("primaryKey"), names), **options}
    return {**content, "data": _data(content["data"], names)}


def _data(data: Any, names: Collection[str]) -> Any:  # noqa: ANN401  whatever JSON holds
    if isinstance(data, str):
        raise _refusal("`data` is a text that holds JSON, not JSON itself")
    if isinstance(data, list):
        if data and all(isinstance(row, list) for row in data):
            raise _refusal("its rows are lists of values, which do not say which column is which")
        return data
    return _columns(data, names) if isinstance(data, dict) and data else data


def _columns(data: dict[str, Any], names: Collection[str]) -> Any:  # noqa: ANN401  whatever JSON holds
    if {"columns", "data"} <= set(data) <= _SPLIT and not {"columns", "data"} & set(names):
        return _rows_of_split(data["columns"], data["data"])
    if not all(isinstance(values, dict) for values in data.values()):
        return data
    if any(name in data for name in names):
        return _lists(data)
    if names and all(set(names) <= set(record) for record in data.values()):
        return list(data.values())  # a record for each label of the index
    return data


def _lists(columns: dict[str, dict[str, Any]]) -> dict[str, list[Any]]:
    """Return columns that are objects of label and value as lists, in the order of the labels of the first."""
    labels = list(next(iter(columns.values())))
    for name, values in columns.items():
        if len(values) != len(labels) or any(label not in values for label in labels):
            raise _refusal(f"column `{name}` has values for other rows than `{next(iter(columns))}`")
    return {name: [values[label] for label in labels] for name, values in columns.items()}


def _rows_of_split(columns: Any, rows: Any) -> list[dict[str, Any]]:  # noqa: ANN401  whatever JSON holds
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise _refusal("`columns` must be a list of names")
    if len(set(columns)) < len(columns):
        raise _refusal("two of its `columns` have the same name")
    if not isinstance(rows, list):
        raise _refusal("`data` beside `columns` must be a list of rows, each a list of values")
    for i, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(columns):
            raise _refusal(f"row {i + 1} must be a list of {len(columns)} values like `columns`")
    if not rows:
        return {name: [] for name in columns}  # type: ignore[return-value]  # columns without rows
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _without_index(rows: Any, keys: Any, names: Collection[str]) -> Any:  # noqa: ANN401  whatever JSON holds
    index = {key for key in keys if isinstance(key, str) and key not in names} if isinstance(keys, list) else set()
    if not isinstance(rows, list) or not index:
        return rows
    return [
        {key: value for key, value in row.items() if key not in index} if isinstance(row, dict) else row for row in rows
    ]


def _refusal(what: str) -> AnOpsError:
    return AnOpsError(Code.BODY_SHAPE, f"Can't read the body: {what}.", remedy=LINE)
