"""The baseline: rows that the model was fitted on, its predictions of them, and what came true, as a Parquet file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from anops_monitoring.failures import MonitoringError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MOST_ROWS = 100_000
"""Of more rows, so many are drawn: more of them tell no more."""
_KEY = b"anops.baseline"
_INPUT, _OUTPUT, _OUTCOME = "input.", "output.", "outcome"
_SEED = 20260131


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the log is compared with.

    Attributes:
        inputs: The rows, by column; None where a value is missing.
        outputs: The predictions of them, by column.
        outcome: What came true of them; None where nobody said.
        facts: Which model it is of (`model`, `version`, `digest`), when it was `made`, of what `source`, of how many
            `rows`, and with which `options` the model was asked.
    """

    inputs: Mapping[str, Sequence[Any]]
    outputs: Mapping[str, Sequence[Any]]
    outcome: Sequence[Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(next(iter((*self.inputs.values(), *self.outputs.values())), ()))

    def predictions(self) -> list[dict[str, Any]]:
        """Return the prediction of each row."""
        return [dict(zip(self.outputs, each, strict=True)) for each in zip(*self.outputs.values(), strict=True)]

    def at(self, places: np.ndarray) -> Baseline:
        """Return the rows at some places (0-based, 1-D)."""
        inputs = {name: [values[place] for place in places] for name, values in self.inputs.items()}
        outputs = {name: [values[place] for place in places] for name, values in self.outputs.items()}
        outcome = None if self.outcome is None else [self.outcome[place] for place in places]
        return Baseline(inputs, outputs, outcome, self.facts)

    def write(self, file: Path) -> Baseline:
        """Keep it in a file, of very many rows a sample, and return what was kept.

        Raises:
            MonitoringError: It can't be written.
        """
        kept = self
        if self.rows > MOST_ROWS:
            drawn = np.random.default_rng(_SEED).choice(self.rows, MOST_ROWS, replace=False)
            kept = self.at(np.sort(drawn))
        columns = {f"{_INPUT}{name}": values for name, values in kept.inputs.items()}
        columns |= {f"{_OUTPUT}{name}": values for name, values in kept.outputs.items()}
        if kept.outcome is not None:
            columns[_OUTCOME] = kept.outcome
        table = pa.table({name: pa.array(list(values)) for name, values in columns.items()})
        table = table.replace_schema_metadata({_KEY: json.dumps(dict(self.facts), ensure_ascii=False)})
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = file.with_name(f".{file.name}.new")
            pq.write_table(table, beside)
            beside.replace(file)
        except OSError as error:
            raise MonitoringError(f"The baseline can't be written to {file}: {error}.") from error
        return kept

    @classmethod
    def read(cls, file: Path) -> Baseline:
        """Read a file.

        Raises:
            MonitoringError: There is none, or it is not a baseline.
        """
        if not file.is_file():
            raise MonitoringError(
                "There is no baseline yet, so there is nothing to compare the log with.",
                remedy="Keep rows that the model was fitted on: ao monitor baseline FILE.csv",
            )
        try:
            table = pq.read_table(file)
        except (OSError, pa.ArrowException) as error:
            raise MonitoringError(f"The baseline {file} can't be read: {error}.") from error
        facts = (table.schema.metadata or {}).get(_KEY)
        if facts is None:
            raise MonitoringError(f"{file} is not a baseline.")
        columns = {name: table[name].to_pylist() for name in table.column_names}
        return cls(
            _with_prefix(columns, _INPUT), _with_prefix(columns, _OUTPUT), columns.get(_OUTCOME), json.loads(facts)
        )


def _with_prefix(columns: Mapping[str, list[Any]], prefix: str) -> dict[str, list[Any]]:
    return {name.removeprefix(prefix): values for name, values in columns.items() if name.startswith(prefix)}
