"""The command line has every verb, and beside them only what starts their REST door."""

from __future__ import annotations

from anops_control.verbs.registry import NAMES
from ao.lazy_commands import ENTRIES


def test_every_verb_is_a_command() -> None:
    assert {entry.name for entry in ENTRIES} == {*NAMES, "control", "key"}
