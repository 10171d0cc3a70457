"""What is kept of an environment is read as `ao` has written it, or refused by what is wrong with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from anops_control.deploying.record import Record
from anops_control.standing.failure import StandingError

if TYPE_CHECKING:
    from pathlib import Path

KEPT = {"format": 2, "serial": 1, "status": "up", "wanted": None, "now": None, "history": []}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"format": 2, ', "is not JSON"),
        ("[1]", "is not an object of JSON"),
        ('{"format": 2}', "has no `serial` as `ao` writes it"),
        (json.dumps(KEPT | {"history": "none"}), "has no `history` as `ao` writes it"),
        (json.dumps(KEPT), "has neither what runs nor what is to run"),
        (json.dumps(KEPT | {"now": {"ir": {}}}), "is not as `ao` writes it (KeyError: 'model')"),
    ],
)
def test_a_state_that_was_altered_is_refused_with_the_way_out(tmp_path: Path, written: str, said: str) -> None:
    record = Record(tmp_path, "live")
    record.place.mkdir(parents=True)
    (record.place / "state.json").write_text(written)
    with pytest.raises(StandingError) as refusal:
        record.read()
    assert said in str(refusal.value)
    assert f"rm {record.place / 'state.json'} && ao deploy apply live" in str(refusal.value.remedy)


def test_a_state_of_another_version_is_brought_up_to_date(tmp_path: Path) -> None:
    record = Record(tmp_path, "live")
    record.place.mkdir(parents=True)
    (record.place / "state.json").write_text(json.dumps(KEPT | {"format": 1}))
    with pytest.raises(StandingError, match="another version of AnOps") as refusal:
        record.read()
    assert "ao upgrade" in str(refusal.value.remedy)
