"""Problems keep everything across a process and read well."""

from __future__ import annotations

import grpc
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Fault, FaultCollector, Problem
from anops_model_interface.open_inference.grpc_status import status_of


def test_every_code_has_a_grpc_and_an_http_status() -> None:
    for code in Code:
        assert code == code.name
        assert 400 <= code.info.http <= 599
        assert status_of(Problem(code, "")) in grpc.StatusCode


def test_a_problem_survives_the_way_as_bytes() -> None:
    fault = Fault(Code.COLUMN_TYPE, "column `ä` must be a number", column="ä", row=3, found="is 中", received="中")
    problem = Problem(Code.COLUMN_TYPE, "Can't predict", (fault,), 2, "Convert it.", "model.R:3")
    assert Problem.from_bytes(problem.to_bytes()) == problem


def test_a_piece_of_a_body_counts_its_rows_from_the_bodys_first() -> None:
    faults = FaultCollector()
    faults.add(Fault(Code.COLUMN_RANGE, "column `row 3` must be like row 3", column="row 3", row=3, found="is row 3"))
    with pytest.raises(AnOpsError) as caught:
        faults.raise_if_any()
    moved = Problem.from_bytes(caught.value.problem.to_bytes()).after(1000)
    # a person's own words are left as they are, whatever they look like
    assert moved.message == "Can't predict: column `row 3` must be like row 3; row 1003 is row 3."
    assert (moved.faults[0].row, moved.faults[0].column) == (1003, "row 3")


def test_a_column_full_of_faults_does_not_hide_those_of_others() -> None:
    faults = FaultCollector()
    faults.add_many((Fault(Code.COLUMN_TYPE, f"{row}", column="hp", row=row) for row in range(1, 6)), total=1000)
    faults.add(Fault(Code.COLUMN_MISSING, "wt", column="wt"))
    assert [fault.message for fault in faults.faults] == ["1", "2", "3", "4", "wt"]
    assert faults.total == 1001


def test_faults_are_raised_together_and_long_values_are_cut() -> None:
    faults = FaultCollector()
    for row in range(1, 8):
        faults.add(Fault(Code.COLUMN_TYPE, f"row {row}", column="hp", row=row, received="x" * 1000))
    with pytest.raises(AnOpsError) as caught:
        faults.raise_if_any(model="cars")
    problem = caught.value.problem
    assert problem.message == "Can't predict with model `cars`: row 1."
    assert (len(problem.faults), problem.more) == (5, 2)
    assert len(problem.faults[0].received or "") == 80
    assert problem.render().splitlines()[-2:] == ["• … and 2 more.", "[COLUMN_TYPE]"]
