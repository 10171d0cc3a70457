from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from anops_control.errors import CommandError
from anops_control.init.calendar import Told, told_by, write_calendar
from anops_control.init.schema_toml import series_lines
from ao.init import questions

if TYPE_CHECKING:
    from pathlib import Path

DAILY = {"period": [7, 365], "value": "load", "updates": True}


def test_what_is_said_of_a_calendar_is_checked() -> None:
    assert told_by(DAILY, Told("D", "2026-11-29"))["last"] == "2026-11-29"
    with pytest.raises(CommandError, match="must be a frequency that is known"):
        told_by(DAILY, Told("daily"))
    with pytest.raises(CommandError, match=r"can't be at 2026-11-29"):
        told_by(DAILY, Told("MS", "2026-11-29"))


def test_a_person_is_asked_for_the_calendar_until_it_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["weekly", "D", "2026-02-30", "2026-11-29"])
    asked: list[str] = []

    def answer(question: str, **_: object) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr(questions.Prompt, "ask", answer)
    config = tmp_path / "ao.toml"
    config.write_text(f"[series]\n{series_lines(DAILY)}\n\n[service]\nport = 8080\n", encoding="utf-8")
    found: dict[str, Any] = questions.ask_calendar(DAILY)
    write_calendar(config, found)
    assert "Perhaps D" in asked[0]
    text = config.read_text(encoding="utf-8")
    assert 'frequency = "D"\nlast = "2026-11-29"\n\n[service]' in text
    assert "#" not in text
