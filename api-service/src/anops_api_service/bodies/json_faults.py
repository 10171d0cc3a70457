"""The slow way from a JSON body to a frame, which finds every fault and its row."""

from __future__ import annotations

import json
import math
from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NoReturn

from anops_model_interface.absent_columns import absent_remedy
from anops_model_interface.codes import Code
from anops_model_interface.errors import MAX_FAULTS, AnOpsError, Fault, FaultCollector, shortened
from anops_model_interface.stand_ins import stand_in
from anops_model_interface.words import kind_of

from anops_api_service.bodies.decoded import check
from anops_api_service.bodies.json_halves import refuse_halves
from anops_api_service.bodies.json_repeats import might_repeat, refuse_repeats
from anops_api_service.bodies.json_values import Huge, column_of
from anops_api_service.bodies.pandas_json import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from anops_model_interface.columns import Column
    from anops_model_interface.schema import Schema

    from anops_api_service.sent import Decoded

_SHAPE = 'Send {"data": [{"column": value, …}, …]} or {"data": {"column": [value, …], …}}.'
_LINES = (
    "Put the records into a list, with commas between them: [{…}, {…}]; pandas does with "
    'df.to_json(orient="records"), without lines=True.'
)
_KEYS = ("data", "options")
_MANY_CELLS = 100_000


def read_slowly(body: bytes, schema: Schema, *, options: Mapping[str, object], model: str = "") -> Decoded:
    """Read a JSON body and report all that is wrong with it.

    Args:
        body: JSON in UTF-8.
        schema: What the model takes.
        options: Options from the query.
        model: The model's name, for messages.

    Raises:
        AnOpsError: `BODY_SYNTAX`, `BODY_SHAPE`, or the collected faults of columns and options.
    """
    content = _parse(body)
    refuse_halves(body, content, model=model)
    if might_repeat(body, content):
        refuse_repeats(body, model=model)
    data, sent = _top(plain(content, schema.inputs))
    faults = FaultCollector()
    broken: set[str] = set()
    if isinstance(data, list):
        lists, rows, ignored = _from_records(data, schema, faults, model)
    else:
        lists, rows = _from_columns(data, schema, faults, broken)
        ignored = [name for name in lists if name not in schema.inputs]
    columns: list[Column] = []
    for name, spec in schema.inputs.items():
        if name in lists and name not in broken:
            columns.append(column_of(name, lists[name], spec, faults))
    return check(
        columns,
        rows,
        {**options, **sent},
        schema,
        faults=faults,
        broken=broken,
        ignored=ignored,
        model=model,
    )


def _parse(body: bytes) -> object:
    if not body.strip():
        raise AnOpsError(Code.BODY_SYNTAX, "Can't read the body: it is empty.", remedy=_SHAPE)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise AnOpsError(
            Code.BODY_SYNTAX,
            f"Can't read the body: it must be UTF-8, but byte {error.start + 1} is not.",
            remedy="Write the body in UTF-8, or name its encoding: Content-Type: …; charset=windows-1252.",
        ) from error
    try:
        return json.loads(text, parse_constant=_constant, parse_float=_float, parse_int=_int)
    except json.JSONDecodeError as error:
        raise AnOpsError(
            Code.BODY_SYNTAX,
            f"Can't read the body as JSON: line {error.lineno}, column {error.colno}: {error.msg}.",
            remedy=_LINES if _is_json_lines(text, error) else None,
        ) from error
    except RecursionError as error:
        raise AnOpsError(
            Code.BODY_SYNTAX, "Can't read the body as JSON: it is nested too deeply.", remedy=_SHAPE
        ) from error


def _is_json_lines(text: str, error: json.JSONDecodeError) -> bool:
    """Say whether each line holds a record by itself; pandas writes so with `lines=True`."""
    return error.msg == "Extra data" and error.colno == 1 and text[error.pos] == "{" and text.lstrip()[0] == "{"


def _constant(word: str) -> NoReturn:
    raise AnOpsError(
        Code.BODY_SYNTAX,
        f"Can't read the body as JSON: JSON has no {word}.",
        remedy='Write null for a missing value, and "Inf" or "-Inf" for an infinity.',
    )


def _float(digits: str) -> float | Huge:
    value = float(digits)
    return value if math.isfinite(value) else Huge(digits)


def _int(digits: str) -> int | Huge:
    return int(digits) if len(digits) <= 300 else Huge(digits)


def _top(content: object) -> tuple[list[Any] | dict[str, Any], dict[str, object]]:
    if not isinstance(content, dict):
        raise _shape(f"it must be an object with `data`, not {kind_of(content)}")
    unknown = [f"`{shortened(key)}`" for key in content if key not in _KEYS]
    if unknown:
        must = "it must have `data`, and may have `options`"
        raise _shape(f"{must}, but not {', '.join(unknown[:5])}{' …' if len(unknown) > 5 else ''}")
    if "data" not in content:
        raise _shape("`data` is missing")
    data, options = content["data"], content.get("options")
    if not isinstance(data, list | dict):
        raise _shape(f"`data` must be a list of records or an object of columns, not {kind_of(data)}")
    if options is None:
        options = {}
    if not isinstance(options, dict):
        raise _shape(f"`options` must be an object, not {kind_of(options)}", 'Send "options": {"name": value, …}.')
    return data, options


def _shape(what: str, remedy: str = _SHAPE) -> AnOpsError:
    return AnOpsError(Code.BODY_SHAPE, f"Can't read the body: {what}.", remedy=remedy)


def _from_records(
    records: list[Any], schema: Schema, faults: FaultCollector, model: str
) -> tuple[dict[str, list[Any]], int, list[str]]:
    """Return the values of each of the model's columns, how many rows there are, and the names of other columns."""
    wrong = [i for i, record in enumerate(records) if not isinstance(record, dict)]
    if wrong:
        faults.add_many(
            (
                Fault(
                    Code.BODY_SHAPE,
                    "every row must be an object with the columns' names",
                    row=i + 1,
                    found=f"is {kind_of(records[i])}",
                    expected="an object",
                    received=kind_of(records[i]),
                )
                for i in wrong[:5]
            ),
            total=len(wrong),
        )
        faults.raise_if_any()
    if not records:
        return {name: [] for name in schema.inputs}, 0, []
    # each value that was sent is looked at once, however many names there are
    counts = Counter(chain.from_iterable(records))
    sent = [name for name in schema.inputs if counts[name]]  # missing everywhere: the check against the schema says so
    _report_absent(records, {name: len(records) - counts[name] for name in sent}, faults)
    cells, values = len(records) * len(sent), sum(counts[name] for name in sent)
    if cells > 4 * values + _MANY_CELLS:
        faults.raise_if_any(model=model)  # most is absent: there is little else to look at, and it would take long
    # a row that lacks a column gets a value that fits, for the fault is told already
    others = {name: stand_in(schema.inputs[name]) for name in sent}
    lists = {name: [record.get(name, others[name]) for record in records] for name in sent}
    return lists, len(records), [name for name in counts if name not in schema.inputs]


def _report_absent(records: list[dict[str, Any]], absent: Mapping[str, int], faults: FaultCollector) -> None:
    reported = 0
    for name, count in absent.items():
        rows: Iterable[int] = ()
        if count and reported < MAX_FAULTS:
            reported += 1
            rows = islice((i for i, record in enumerate(records, start=1) if name not in record), MAX_FAULTS)
        faults.add_many(
            [
                Fault(
                    Code.COLUMN_MISSING,
                    f"column `{name}` must be in every row (null where it is missing)",
                    column=name,
                    row=row,
                    found="lacks it",
                    expected=f"column `{name}`",
                    remedy=absent_remedy(name),
                )
                for row in rows
            ],
            total=count,
        )


def _from_columns(
    columns: dict[str, Any], schema: Schema, faults: FaultCollector, broken: set[str]
) -> tuple[dict[str, list[Any]], int]:
    single = [name for name, values in columns.items() if not isinstance(values, list)]
    if single and len(single) == len(columns):
        raise _shape("`data` must hold a list of values for each column", "Put square brackets around the record.")
    for name in single:
        broken.add(name)
        faults.add(
            Fault(
                Code.BODY_SHAPE,
                f"column `{name}` must be a list of values, not {kind_of(columns[name])}",
                column=name,
                expected="a list",
                received=kind_of(columns[name]),
            )
        )
    lists = {name: values for name, values in columns.items() if isinstance(values, list)}
    if not columns:
        lists = {name: [] for name in schema.inputs}
    used = {name: values for name, values in lists.items() if name in schema.inputs} or lists
    if not used:
        return {name: [] for name in columns}, 0
    first, rows = next((name, len(values)) for name, values in used.items())
    for name, values in used.items():
        if len(values) != rows:
            broken.add(name)
            faults.add(
                Fault(
                    Code.COLUMN_LENGTH,
                    f"column `{name}` must have {rows} values like `{first}`, not {len(values)}",
                    column=name,
                    expected=f"{rows} values",
                    received=f"{len(values)} values",
                )
            )
    return {name: lists.get(name, []) for name in columns} if columns else lists, rows
