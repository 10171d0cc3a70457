"""A model of thousands of columns gets next steps that a person can read and paste."""

from __future__ import annotations

import json

import pytest
from anops_control.events import Event, EventKind
from anops_control.init.example_request import LONGEST_REQUEST, body_flags
from anops_control.serving.ready import ReadyService
from ao.init.next_steps import show
from ao.serving.announcing import Announcer

WIDE = {"data": [{f"w_{i}": 1.0 for i in range(3600)}]}
SMALL = {"data": [{"wt": 2.62}]}


def test_few_columns_are_asked_for_in_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    show("p", first=(), has_example=True, request=f"'{json.dumps(SMALL)}'")
    assert """--data '{"data": [{"wt": 2.62}]}'""" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("has_example", "instead"), [(True, "--data-binary @tests/example.csv"), (False, "ao predict FILE.csv")]
)
def test_thousands_of_columns_come_from_a_file(
    capsys: pytest.CaptureFixture[str], *, has_example: bool, instead: str
) -> None:
    show("p", first=(), has_example=has_example, request=f"'{json.dumps(WIDE)}'")
    said = capsys.readouterr().out
    assert instead in said
    assert max(map(len, said.splitlines())) < 200


def test_the_readme_of_thousands_of_columns_names_a_file_too() -> None:
    said = body_flags(f"'{json.dumps(WIDE)}'", has_example=True, between=" \\\n  ")
    assert said == "--header 'content-type: text/csv' \\\n  --data-binary @tests/example.csv"


def test_a_service_of_thousands_of_columns_says_where_it_is_in_short_lines(capsys: pytest.CaptureFixture[str]) -> None:
    ready = ReadyService("http://127.0.0.1:8080", {"name": "wide", "version": "0.1.0", "example": WIDE}, 8080)
    Announcer(as_json=False).take(Event(kind=EventKind.STATE, source=ready.url, facts=ready.to_dict()))
    said = capsys.readouterr()
    assert "ao predict FILE.csv" in said.err
    assert len(said.err) < LONGEST_REQUEST


def test_a_model_of_a_series_is_asked_for_forecasts(capsys: pytest.CaptureFixture[str]) -> None:
    show("p", first=(), has_example=True, request="'{}'", regressors=[])
    said = capsys.readouterr().out
    assert "ao series forecast --horizon 12" in said
    assert "/forecast" in said
    assert "/predict" not in said
    show("p", first=(), has_example=True, request="'{}'", regressors=["time", "promo"])
    assert "--regressors FILE.csv  # a row for each period: time, promo" in capsys.readouterr().out
    card = {"name": "air", "version": "1", "series": {"frequency": "MS"}, "schema": {"inputs": {"step": {}}}}
    ready = ReadyService("http://127.0.0.1:8080", card, 8080)
    Announcer(as_json=False).take(Event(kind=EventKind.STATE, source=ready.url, facts=ready.to_dict()))
    said = capsys.readouterr().err
    assert "ao series forecast --horizon 12" in said
    assert "/forecast" in said
