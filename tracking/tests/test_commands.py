"""What a person types and reads about versions and runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from conftest import Asked


def test_versions_are_kept_as_messages_say(
    project: Callable[[str], Asked], types: Callable[[Path, str], tuple[int, str]]
) -> None:
    folder = project("python").folder
    code, said = types(folder, "ao model show iris-species")
    assert (code, "Run: ao model register" in said or "ao model register" in said) == (2, True)
    assert "→ ao model register" in types(folder, "ao model list")[1]
    code, said = types(folder, "ao model register")
    assert (code, "iris-species, version 1: 11 files" in said) == (0, True), said
    assert "→ ao serve models:/iris-species/1" in said
    code, said = types(folder, "ao model show another")
    assert (code, "→ List them: ao model list" in said) == (2, True), said
    code, said = types(folder, "ao model list")
    assert (code, "iris-species" in said) == (0, True)
    code, said = types(folder, "ao model list iris-species")
    assert re.search(r"1 .* python +0\.1\.0 +[0-9a-f]{12}", said), said
    code, said = types(folder, "ao model show iris-species@champion")
    assert (code, "→ Give a version that alias: ao model promote iris-species/1 --alias champion" in said) == (2, True)
    (folder / "ao.toml").write_text((folder / "ao.toml").read_text() + '\n[tracking]\nmetric = "accuracy"\n')
    code, said = types(folder, "ao model promote iris-species/1 --alias champion --no-checks")
    assert (code, "✔ champion of iris-species is version 1." in said) == (0, True), said
    code, said = types(folder, "ao model rollback iris-species")
    assert (code, "→ See which versions there are: ao model list iris-species" in said) == (2, True), said
    code, said = types(folder, "ao model register --alias challenger")
    assert code == 0
    code, said = types(folder, "ao model promote iris-species/2 --no-checks")
    assert (code, "→ See what it is: ao model show iris-species/2" in said) == (1, True), said
    assert "--no-comparison" in said
    code, said = types(folder, "ao model promote iris-species/2 --no-checks --no-comparison")
    assert (code, "is not compared with version 1" in said) == (0, True), said
    code, said = types(folder, "ao model rollback iris-species")
    assert (code, "✔ champion of iris-species is version 1 again; it was version 2." in said) == (0, True), said
    code, said = types(folder, "ao model remove iris-species/1")
    assert (code, "→ Take it away first: ao model demote iris-species@champion" in said) == (2, True), said
    assert types(folder, "ao model demote iris-species@champion")[0] == 0
    assert types(folder, "ao model remove iris-species/1")[0] == 0
    code, said = types(folder, "ao model remove iris-species")
    assert (code, "ao model remove iris-species --all-versions" in said) == (2, True), said
    assert types(folder, "ao model remove iris-species --all-versions")[0] == 0
    code, said = types(folder, "ao model register --run 0123")
    assert (code, "→ List them: ao runs list" in said) == (2, True), said
    code, said = types(folder, "ao runs show 0123")
    assert (code, "→ List them: ao runs list" in said) == (2, True), said
    code, said = types(folder, "ao runs list")
    assert (code, "There is no run yet" in said) == (0, True), said
    code, said = types(folder, "ao model register --tag nonsense")
    assert (code, "must be KEY=VALUE" in said) == (2, True)


def test_a_missing_extra_is_told_with_the_line_that_adds_it(
    project: Callable[[str], Asked],
    types: Callable[[Path, str], tuple[int, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("anops_control.extras.opening.entry_points", lambda **_: ())
    code, said = types(project("python").folder, "ao model list")
    assert (code, "→ Run: ao extra add tracking" in said) == (3, True), said
