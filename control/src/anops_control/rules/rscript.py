"""Runs the R halves of rules, which tell what they found in records of fields."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.places.place import Place

_SCRIPTS = Path(__file__).parent / "r"
_RECORDS = "records"
_FIELD, _RECORD = "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class ScriptAnswer:
    """What an R script told.

    Attributes:
        records: Its records, each a list of fields.
        failure: The last line it said, where it ended with a failure.
    """

    records: tuple[tuple[str, ...], ...]
    failure: str | None


def run_script(name: str, arguments: Sequence[str], place: Place, *, what: str = "Asking R") -> ScriptAnswer:
    """Run one of the scripts beside this module in a project's folder.

    Args:
        name: The script.
        arguments: Its arguments after the file that it writes.
        place: Where it runs.
        what: What it does, for the message of a limit.
    """
    command = [*place.r, f"{place.scratch}/{name}", f"{place.scratch}/{_RECORDS}", *arguments]
    files = {name: (_SCRIPTS / name).read_bytes()}
    ended = place.run(command, what=what, files=files, fetch=[_RECORDS])
    written = ended.files.get(_RECORDS, b"").decode(errors="replace")
    records = tuple(tuple(record.split(_FIELD)) for record in written.split(_RECORD) if record)
    said = ended.stderr.strip().splitlines() or ["it said nothing"]
    return ScriptAnswer(records, said[-1].strip() if ended.code else None)
