"""Times as microseconds of UTC: one unit and one zone on both sides of a join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

if TYPE_CHECKING:
    from collections.abc import Sequence


def column(table: Any, name: str, where: str) -> Any:  # noqa: ANN401  pyarrow is untyped
    """Return a column of a table.

    Raises:
        CommandError: There is none of that name.
    """
    if name not in table.column_names:
        raise CommandError(
            f"There is no column `{name}` in {where}.",
            details=[f"It has: {', '.join(table.column_names[:20])}."],
            code=Code.COLUMN_MISSING,
        )
    return table.column(name)


def microseconds(table: Any, name: str, zone: str, where: str) -> Any:  # noqa: ANN401  pyarrow is untyped
    """Return a column of times as microseconds since 1970 in UTC.

    A time without a zone is read in the one that is given: one that comes twice there is the first, one that is
    left out the moment after. A date is its midnight.

    Raises:
        CommandError: The column holds no times, or lacks one in a row.
    """
    found = column(table, name, where)
    if pa.types.is_date(found.type):
        found = pc.cast(found, pa.timestamp("us"))
    if not pa.types.is_timestamp(found.type):
        raise CommandError(
            f"Column `{name}` in {where} must hold times or dates, not {found.type}.",
            remedy="Describe it as `datetime` or `date` when the data are added.",
            code=Code.COLUMN_TYPE,
        )
    if found.null_count:
        row = pc.index(pc.is_null(found), value=True).as_py() + 1
        raise CommandError(
            f"Column `{name}` in {where} lacks the time in row {row}, and in {found.null_count} rows in all.",
            remedy="Give each row the time from which on its values are known.",
            code=Code.VALUE_MISSING,
        )
    if found.type.tz is None:
        found = pc.assume_timezone(found, zone, ambiguous="earliest", nonexistent="latest")
    return pc.cast(pc.cast(found, pa.timestamp("us", tz="UTC"), safe=False), pa.int64())


def same_kind(table: Any, names: Sequence[str], like: Any, where: str) -> list[Any]:  # noqa: ANN401  pyarrow is untyped
    """Return key columns of a table in the types of another's.

    Raises:
        CommandError: A value can't be of that type.
    """
    keys = []
    for name in names:
        found, wanted = column(table, name, where), like.schema.field(name).type
        try:
            keys.append(pc.cast(_plain(found), _plain_type(wanted)))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise CommandError(
                f"Column `{name}` in {where} must hold what the feature's dataset has there ({wanted}), "
                f"not {found.type}.",
                details=[str(error)],
                code=Code.COLUMN_TYPE,
            ) from error
    return keys


def _plain(found: Any) -> Any:  # noqa: ANN401  pyarrow is untyped
    return pc.cast(found, found.type.value_type) if pa.types.is_dictionary(found.type) else found


def _plain_type(kind: Any) -> Any:  # noqa: ANN401  pyarrow is untyped
    return kind.value_type if pa.types.is_dictionary(kind) else kind
