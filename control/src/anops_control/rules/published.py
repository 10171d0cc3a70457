"""Other computers are let in with a key, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.building.compose_file import NAMES
from anops_control.rules.rule import Reporter, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_REPORT = Reporter("published")


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    from anops_control.building.published import open_ports  # noqa: PLC0415  YAML is slow to import

    file = next((configuration.folder / name for name in NAMES if (configuration.folder / name).is_file()), None)
    if file is None:
        return
    try:
        found = open_ports(file)
    except ValueError as error:
        yield _REPORT.warning(f"{file.name} can't be read: {error}", file=file.name)
        return
    for port in found:
        closed = "" if port.closed is None else f"Publish it to this computer alone: {port.closed}. Or "
        give = "let in who has a key: make one with `ao key add NAME`, and set ANOPS_KEYS_FILE"
        yield _REPORT.error(
            f"{file.name} lets other computers ask the service `{port.service}` ({port.port}), and no key is needed.",
            remedy=f"{closed}{give if closed else give[0].upper() + give[1:]}, as the documentation says under "
            "`Say who may ask`.",
            file=file.name,
        )


RULE = Rule(
    name="published",
    passed="Other computers are let in with a key, or not at all.",
    doing="Looking at who is let in",
    inspect=_inspect,
)
