"""A person holds an alias or a version: nobody and nothing promotes it until that is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asked


def test_what_is_held_is_not_promoted(
    project: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    asked = project("python")
    name = asked.name
    asked("model register")
    asked("model hold", address=name, reason="audit")
    with pytest.raises(CommandError, match="`champion` of `iris-species` is held") as held:
        asked("model promote", address=name, checks=False)
    assert held.value.code is Code.PROMOTION_HELD
    assert "audit" in held.value.details[0]
    assert held.value.remedy is not None
    release = held.value.remedy.partition(": ")[2]
    assert release == f"ao model hold {name} --release"
    assert asked("model list").models[0].aliases == {}
    assert asked("model promote", address=name, alias="trial", checks=False).version.aliases == ("trial",)
    assert types(asked.folder, release)[0] == 0
    with pytest.raises(CommandError, match="is not held"):
        asked("model hold", address=name, release=True)
    asked("model hold", address=f"{name}/1")
    with pytest.raises(CommandError, match="Version 1 of `iris-species` is held"):
        asked("model promote", address=name, checks=False)
    asked("model hold", address=f"{name}/1", release=True)
    assert asked("model promote", address=name, checks=False).version.aliases == ("champion", "trial")
