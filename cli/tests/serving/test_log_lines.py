from __future__ import annotations

import json
from typing import TYPE_CHECKING

from anops_control.events import Event, EventKind
from anops_control.serving.service_process import log_format
from ao.serving.announcing import Announcer

if TYPE_CHECKING:
    import pytest


def test_the_environment_says_how_the_log_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANOPS_LOG_FORMAT", raising=False)
    assert log_format() == {"--log-format": "text"}
    monkeypatch.setenv("ANOPS_LOG_FORMAT", "json")
    assert log_format() == {}


def test_a_line_of_json_is_json_and_others_tell_whose_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    line = {"event": "request", "path": "/predict", "digest": "sha256:" + "a" * 200}
    for text in (json.dumps(line), "worker 7 is ready"):
        Announcer(as_json=False).take(Event(kind=EventKind.LINE, text=text, source="api"))
    told = capsys.readouterr().err.splitlines()
    assert json.loads(told[0]) == line
    assert told[1] == "api   │ worker 7 is ready"
