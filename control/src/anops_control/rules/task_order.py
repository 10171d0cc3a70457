"""The tasks of `ao.toml` can be brought into an order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_control.errors import ConfigurationError
from anops_control.findings import Severity
from anops_control.rules.rule import Rule
from anops_control.tasks.from_configuration import graph_of, require_needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.findings import Finding

_NAME = "tasks"


def _inspect(configuration: Configuration) -> Iterator[Finding]:
    try:
        graph = graph_of(configuration)
    except ConfigurationError as error:
        yield from (replace(finding, rule=_NAME) for finding in error.findings)
        return
    try:
        require_needs(graph, graph.tasks, configuration)
    except ConfigurationError as error:
        # Data that a model was fitted on is often elsewhere, and the model can be served without.
        yield from (replace(finding, rule=_NAME, severity=Severity.WARNING) for finding in error.findings)


RULE = Rule(name=_NAME, passed="The tasks of ao.toml can run.", doing="Looking at the tasks", inspect=_inspect)
"""Whether `ao run` will work; no other rule needs it."""
