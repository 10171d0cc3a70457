"""Tests of bodies that are read in a process of their own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from anops_api_service.bodies.apart import APART_BYTES, PIECE_ROWS, read_apart
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.bodies.media import JSON, MediaType
from anops_api_service.whole_json import read_beside
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import ColumnSpec, Schema
from apart_readers import fails, is_killed, says_where

if TYPE_CHECKING:
    from anops_api_service.sent import Decoded

SCHEMA = Schema(
    inputs={
        "x": ColumnSpec(type="number", assumed=True, missing="allow"),
        "n": ColumnSpec(type="integer", missing=0),
        "g": ColumnSpec(type="category", levels=("a", "b")),
        "at": ColumnSpec(type="datetime"),
    },
    outputs={"prediction": ColumnSpec(type="number")},
    options={},
)
ROW = {"x": 1.25, "n": 3, "g": "a", "at": "2026-11-30T10:00:00+01:00"}
ROWS = APART_BYTES // len(msgspec.json.encode(ROW)) + PIECE_ROWS // 2


def _body(*others: dict[str, object]) -> bytes:
    return msgspec.json.encode({"data": [ROW] * ROWS + list(others)})


def _read(body: bytes) -> Decoded:
    return read_apart(read_beside, [body], MediaType(JSON), "", JsonBody(SCHEMA, "m"), None)[1]


def test_a_very_large_body_is_read_as_any_other() -> None:
    body = _body({**ROW, "n": None, "g": "b", "x": None}, {**ROW, "x": True, "spare": 1})
    apart, here = _read(body), JsonBody(SCHEMA, "m").read(body)
    assert apart.rows == here.rows == ROWS + 2
    for one, other in zip(apart.frame.columns, here.frame.columns, strict=True):
        assert (one.name, one.type) == (other.name, other.type)
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.is_missing(), other.is_missing())
    assert apart.options == here.options
    assert apart.warnings == here.warnings != ()
    assert [(each.kind, each.column, each.count) for each in apart.notices] == [
        (each.kind, each.column, each.count) for each in here.notices
    ]


def test_what_is_wrong_in_a_very_large_body_is_told_with_its_row() -> None:
    with pytest.raises(AnOpsError) as raised:
        _read(_body({**ROW, "g": "c"}))
    assert raised.value.problem.faults[0].row == ROWS + 1
    assert raised.value.problem.code == Code.COLUMN_LEVEL


@pytest.fixture
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the other process find the functions of `apart_readers`."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


@pytest.mark.usefixtures("importable")
def test_only_a_very_large_body_takes_a_process_of_its_own() -> None:
    assert read_apart(says_where, [b'{"data": []}'], SCHEMA)[0] == os.getpid()
    assert read_apart(says_where, [_body()], SCHEMA)[0] != os.getpid()


@pytest.mark.usefixtures("importable")
def test_a_reader_thatis_killed_costs_its_own_request() -> None:
    with pytest.raises(AnOpsError, match="memory ran out") as raised:
        read_apart(is_killed, [_body()])
    assert raised.value.problem.code == Code.QUEUE_FULL


@pytest.mark.usefixtures("importable")
def test_a_fault_of_ours_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        read_apart(fails, [bytes(APART_BYTES + 1)])
