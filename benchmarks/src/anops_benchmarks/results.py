"""What a run found: the records of all peers, and where it was run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

ITSELF = "itself"
"""The peer that is no service: the model's own predict()."""


@dataclass(frozen=True)
class Results:
    """The results of one run.

    Attributes:
        circumstances: Machine, versions, settings.
        records: One for each workload, peer and number of connections: medians over the rounds.
        failures: Peers that were left out, each with the reason.
    """

    circumstances: dict[str, Any]
    records: list[dict[str, Any]]
    failures: list[dict[str, str]]

    def of(self, workload: str, connections: int) -> dict[str, dict[str, Any]]:
        """Return the records of a workload by peer."""
        return {
            record["peer"]: record
            for record in self.records
            if record["workload"] == workload and record["connections"] == connections
        }

    def find(self, workload: str, peer: str, connections: int) -> dict[str, Any] | None:
        """Return one record, if there is one."""
        return self.of(workload, connections).get(peer)

    def connections(self, workload: str) -> list[int]:
        """Return with how many connections a workload was asked."""
        return sorted({record["connections"] for record in self.records if record["workload"] == workload})

    def write(self, file: Path) -> None:
        """Write all as JSON."""
        whole = {"circumstances": self.circumstances, "failures": self.failures, "records": self.records}
        file.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> Results:
        """Read what `write` wrote."""
        return cls(**json.loads(file.read_text(encoding="utf-8")))
