"""What a model's code can reach where it is served: the network, and files beside its own temporary ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.examination import reproduced
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("isolation")


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    service = configuration.project.service
    for reason in reproduced(configuration).unprotected:
        yield _REPORT.note(reason, remedy="Serve it where others' files and network are out of reach: in a container.")
    if service.network:
        yield _REPORT.note("Its code uses the network: `network = true`.", file="ao.toml", key="service.network")
    if service.writable:
        folders = ", ".join(f"`{name}`" for name in service.writable)
        yield _REPORT.note(f"Its code writes in {folders}: `writable`.", file="ao.toml", key="service.writable")


RULE = Rule(
    name="isolation",
    passed="Its code works without the network and writes temporary files alone, but for what ao.toml allows.",
    doing="Looking at what its code can reach",
    inspect=_inspect,
    after=("r", "structure", "predictions"),
)
