"""Other computers are let in with a key, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("published")


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    from anops_control.building.published import compose_file, open_ports  # noqa: PLC0415  YAML is slow to import

    file = compose_file(configuration.folder)
    if file is None:
        return
    try:
        found = open_ports(file)
    except ValueError as error:
        yield _REPORT.warning(f"{file.name} can't be read: {error}", file=file.name)
        return
    for port in found:
        yield _REPORT.error(port.message(file.name), remedy=port.remedy(), file=file.name)


RULE = Rule(
    name="published",
    passed="Other computers are let in with a key, or not at all.",
    doing="Looking at who is let in",
    inspect=_inspect,
)
