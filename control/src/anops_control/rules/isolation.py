"""What a model's code can reach where it is served: the network, and files beside its own temporary ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.examination import reproduced
from anops_control.rules.rule import Looked, Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("isolation")
_PASSED = "Its code works without the network, and writes temporary files alone."


def _inspect(configuration: Configuration) -> Looked:
    service, kept = configuration.project.service, reproduced(configuration).unprotected
    reaches = "with the network, as ao.toml says" if service.network else "without the network"
    folders = " and in the folders of `writable`" if service.writable else " alone"
    return Looked(_open(kept), f"Its code works {reaches}, and writes temporary files{folders}.")


def _open(reasons: tuple[str, ...]) -> Iterator[Finding]:
    for reason in reasons:
        yield _REPORT.note(reason, remedy="Serve it where others' files and network are out of reach: in a container.")


RULE = Rule(
    name="isolation",
    passed=_PASSED,
    doing="Looking at what its code can reach",
    inspect=_inspect,
    after=("r", "structure", "predictions"),
)
