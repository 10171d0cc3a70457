"""Fills in the columns of a request that are features: looked up by the entity's key, with when they are of."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Fault, FaultCollector, Problem
from anops_model_interface.feature_store import judged, key_text

from anops_api_service.logs import log

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.feature_store import FeatureStore, Found, View
    from anops_model_interface.schema import Schema

    from anops_api_service.deadline import Deadline

MOST_TOLD = 1000
"""Of how many values an answer tells when they are of."""
_LEAD = "Can't look features up"


@dataclass(frozen=True, slots=True)
class Filled:
    """A body whose rows have their features.

    Attributes:
        body: The body.
        told: What was looked up: `column`, `feature`, `row` (from 1), `state`, `value`, `time`.
    """

    body: bytes
    told: list[dict[str, Any]]


@dataclass(slots=True)
class Lookup:
    """Looks features up in a store.

    Attributes:
        store: It.
    """

    store: FeatureStore
    _views: dict[str, View] = field(default_factory=dict)

    async def filled(self, body: bytes, schema: Schema, deadline: Deadline, model: str) -> Filled | None:
        """Fill in what a body of JSON leaves out; None: it has all, or is nothing that could be filled in.

        Args:
            body: The body.
            schema: What the model takes.
            deadline: Until when it is waited for.
            model: The model's name, for messages.

        Raises:
            AnOpsError: A key lacks, a value that must be there is not or counts no more, or the store is away.
        """
        features = {name: spec.feature for name, spec in schema.inputs.items() if spec.feature is not None}
        if not features:
            return None
        try:
            content = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None  # who reads it next says what is wrong
        rows = _rows(content)
        if rows is None or all(name in row for row in rows for name in features):
            return None
        return await deadline.wait(self._filled(content, rows, features, schema, model))

    async def _filled(
        self,
        content: dict[str, Any],
        rows: list[dict[str, Any]],
        features: Mapping[str, str],
        schema: Schema,
        model: str,
    ) -> Filled:
        told: list[dict[str, Any]] = []
        faults = FaultCollector()
        by_view: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for column, feature in features.items():
            view, _, name = feature.partition(".")
            by_view[view].append((column, name))
        keys: set[str] = set()
        for view, columns in by_view.items():
            keys |= {*(await self._view(view, columns, model)).entity}
            await self._of_view(view, columns, rows, schema, faults, told)
        if faults:
            reported = tuple(faults.faults)
            problem = Problem(reported[0].code, faults=reported, more=faults.total - len(reported), lead=_LEAD)
            raise AnOpsError.of(problem)
        for row in rows:
            for key in keys - schema.inputs.keys():
                row.pop(key, None)
        told.sort(key=lambda each: each["row"])
        return Filled(msgspec.json.encode({**content, "data": rows}), told[:MOST_TOLD])

    async def _view(self, name: str, columns: Sequence[tuple[str, str]], model: str) -> View:
        found = self._views.get(name) or await self._asked(self.store.view, name)
        if found is None:
            raise AnOpsError(
                Code.STORE_UNUSABLE,
                f"Model `{model}` needs features of `{name}`, and the store of features does not have them.",
                remedy=f"Bring them there: {self.store.brought_by(name)}",
            )
        for column, feature in columns:
            if feature not in found.features:
                raise AnOpsError(
                    Code.STORE_UNUSABLE,
                    f"Column `{column}` of `{model}` is the feature `{name}.{feature}`, which is not in the store.",
                    remedy=f"`{name}` has {', '.join(found.features)}: correct ao.toml, or bring it there again.",
                )
        self._views[name] = found
        return found

    async def _of_view(
        self,
        name: str,
        columns: Sequence[tuple[str, str]],
        rows: Sequence[dict[str, Any]],
        schema: Schema,
        faults: FaultCollector,
        told: list[dict[str, Any]],
    ) -> None:
        view = self._views[name]
        wanted: dict[str, list[Any]] = {}
        lacking = [(number, row) for number, row in enumerate(rows) if any(column not in row for column, _ in columns)]
        for number, row in lacking:
            missing = [key for key in view.entity if row.get(key) is None]
            for key in missing:
                column = next(column for column, _ in columns if column not in row)
                rule = f"a row without `{column}` must have `{key}`, by which `{column}` is looked up"
                faults.add(Fault(Code.COLUMN_MISSING, rule, column=key, row=number + 1, found="lacks it"))
            if not missing:
                values = [row[each] for each in view.entity]
                wanted[key_text(values)] = values
        found = await self._asked(self.store.get, name, list(wanted.values()))
        now = datetime.now(UTC)
        known = {text: judged(each, view, now) for text, each in zip(wanted, found, strict=True)}
        for number, row in lacking:
            if any(row.get(key) is None for key in view.entity):
                continue
            of = known[key_text([row[each] for each in view.entity])]
            for column, feature in columns:
                if column in row:
                    continue
                row[column] = of.values.get(feature)
                told.append(_told(column, f"{name}.{feature}", number + 1, of, row[column]))
                if row[column] is None and schema.inputs[column].missing == "error":
                    faults.add(_fault(column, f"{name}.{feature}", number + 1, of, view))

    async def _asked(self, ask: Any, *arguments: Any) -> Any:  # noqa: ANN401  a method of the store
        try:
            return await asyncio.to_thread(ask, *arguments)
        except OSError as error:
            log.error("features can't be looked up: %s", error)
            raise AnOpsError(
                Code.STORE_UNUSABLE,
                "The store of features can't be reached, so that the row's features can't be looked up.",
                remedy="Send the columns themselves, or ask again in a while.",
            ) from error


def _rows(content: object) -> list[dict[str, Any]] | None:
    """Return the rows of a body; None where it has none that could be filled in."""
    data = content.get("data") if isinstance(content, dict) else None
    if isinstance(data, list):
        return data if all(isinstance(row, dict) for row in data) else None
    if not isinstance(data, dict) or not all(isinstance(values, list) for values in data.values()):
        return None
    if len({len(values) for values in data.values()}) != 1:
        return None
    return [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)]


def _told(column: str, feature: str, row: int, found: Found, value: object) -> dict[str, Any]:
    time = None if found.time is None else found.time.isoformat().replace("+00:00", "Z")
    return {"column": column, "feature": feature, "row": row, "state": found.state, "value": value, "time": time}


def _lasting(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} seconds"


def _fault(column: str, feature: str, row: int, found: Found, view: View) -> Fault:
    why = {
        "missing": "the store has nothing for this key",
        "stale": f"is of {found.time}, and counts for {_lasting(view.ttl or 0.0)}",
        "future": f"is of {found.time}, which is in the future",
        "fresh": f"is missing since {found.time}",
    }[found.state]
    return Fault(Code.VALUE_MISSING, f"feature `{feature}` must have a value", column=column, row=row, found=why)
