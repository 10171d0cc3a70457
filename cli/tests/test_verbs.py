"""The command line has every verb, and beside them only what starts their REST door."""

from __future__ import annotations

from anops_control.verbs.registry import NAMES, OF_AO
from ao.entries import ENTRIES


def test_every_verb_is_a_command() -> None:
    typed = {f"{entry.name} {child.name}" for entry in ENTRIES for child in entry.children}
    typed |= {entry.name for entry in ENTRIES if not entry.children}
    assert typed == {*NAMES, *OF_AO, "control", "key add", "key list", "key revoke"}
