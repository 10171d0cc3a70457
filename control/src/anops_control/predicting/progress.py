"""How far a file has come that is predicted piece by piece: kept beside its predictions until they are whole."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Progress:
    """How far a file has come.

    Attributes:
        about: What it depends on: the file, the model, what was asked.
        rows: How many rows are done.
        failed: How many of them have failed.
        output: How many bytes of predictions they have.
        failures: How many bytes of failures.
        names: The columns of the predictions; empty until a row has one.
        types: Their types, as Arrow's schema in base64, where they are written as Arrow or Parquet.
        warnings: What the service warned of.
    """

    about: dict[str, Any]
    rows: int = 0
    failed: int = 0
    output: int = 0
    failures: int = 0
    names: list[str] = field(default_factory=list)
    types: str = ""
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, path: Path) -> None:
        """Write it, so that it is whole or as it was."""
        fresh = path.with_name(path.name + ".new")
        members = {name: getattr(self, name) for name in self.__slots__}
        fresh.write_text(json.dumps(members), encoding="utf-8")
        fresh.replace(path)

    @classmethod
    def found(cls, path: Path, about: dict[str, Any]) -> Progress | None:
        """Return how far it came before; None where nothing is kept, or of something else."""
        try:
            read = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return read if read.about == about else None
