"""The reader who tries the pages notices what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_steps import is_as_expected, steps_of

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Desk


def page(folder: Path, text: str) -> Path:
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_command_that_fails_is_noticed(reader: Desk, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="ended with 1"):
        reader.follow(steps_of(page(tmp_path, "```bash\nfalse\ntrue\n```\n")))


def test_another_output_is_noticed(reader: Desk, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="line 1 of the page says"):
        reader.follow(steps_of(page(tmp_path, "```bash\necho 1\n```\nprints\n```text\n2\n```\n")))


def test_a_folder_is_kept_from_one_block_to_the_next(reader: Desk, tmp_path: Path) -> None:
    blocks = "```bash\nmkdir in && cd in\n```\n\n```bash\nbasename $PWD\n```\n\n```text\nin\n```\n"
    reader.follow(steps_of(page(tmp_path, blocks)))


def test_a_program_that_keeps_running_gets_a_terminal_of_its_own(reader: Desk, tmp_path: Path) -> None:
    blocks = '<!-- background until="ready" -->\n```bash\ncd / && echo ready && sleep 100\n```\n\n```bash\npwd\n```\n'
    reader.follow(steps_of(page(tmp_path, blocks + f"\n```text\n{tmp_path}\n```\n")))


def test_marks_are_about_the_next_block_only(tmp_path: Path) -> None:
    blocks = "<!-- skip: is there -->\n```bash\nexit 1\n```\n<!-- file: a.R -->\n```r\n1\n```\n```bash\nls\n```\n"
    assert [(step.file, step.text) for step in steps_of(page(tmp_path, blocks))] == [("a.R", "1\n"), (None, "ls\n")]


def test_an_ellipsis_stands_for_anything() -> None:
    assert is_as_expected("a … c\n…", "a b\nb  c d")
    assert not is_as_expected("a … c", "a b d")
