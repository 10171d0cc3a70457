"""What a training program tells is read as it was told, whole lines only, and nothing else is taken for it."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest
from anops_control.run_lines import Follower, LineKind, RunLine, read_line

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "line",
    [
        RunLine(kind=LineKind.PARAMETER, name="formula", value="mpg ~ wt"),
        RunLine(kind=LineKind.METRIC, name="rmse (test), 80 %", value=2.5, step=0, workflow_step="evaluate", time=1.5),
        RunLine(kind=LineKind.METRIC, name="gap", value=-math.inf),
        RunLine(kind=LineKind.FIGURE, name="Größe", path="/figures/a b.png"),
        RunLine(kind=LineKind.PROGRESS, done=0, total=3, text="tree"),
    ],
)
def test_what_is_written_is_read(line: RunLine) -> None:
    assert read_line(json.dumps(line.to_dict(), allow_nan=False)) == line


@pytest.mark.parametrize(
    "text",
    [
        *("", "fitting…", "[1]", "3", '{"kind": "sound"}', '{"kind": []}', '{"kind": "metric", "name": "a"}'),
        '{"kind": "metric", "name": "a", "value": "much"}',
        '{"kind": "figure", "name": "a"}',
        '{"kind": "parameter", "value": 1}',
    ],
)
def test_another_line_is_none(text: str) -> None:
    assert read_line(text) is None


def test_lines_are_followed_as_they_are_ended(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    follower = Follower(file)
    assert list(follower.new()) == []
    file.write_bytes(b'{"kind": "tag", "name": "a", "value": "\xc3')
    assert list(follower.new()) == []
    with file.open("ab") as opened:
        opened.write(b'\xa9"}\n')
    assert [line.value for line in follower.new()] == ["é"]
    assert list(follower.new()) == []
