"""Says on which line of a CSV file a row stands that the service has refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.errors import Fault

if TYPE_CHECKING:
    from anops_model_interface.errors import Problem

    from anops_control.predicting.sent_file import SentFile


def with_line(problem: Problem, name: str, sent: SentFile) -> Problem:
    """Say which line of a file the first row is, where that can be told without doubt.

    Args:
        problem: What is wrong with the rows.
        name: What messages call the file.
        sent: The file.
    """
    row = next((fault.row for fault in problem.faults if fault.row is not None), None)
    if row is None or name != str(sent.path):
        return problem
    with sent.path.open("rb") as source:
        before, lines = b"", 1 + sent.dialect.lines_before
        for i, line in enumerate(source):
            before = line
            if b'"' in line or not line.strip():
                return problem
            if i > row + 1:
                break
    if sent.dialect.encoding == "utf-16" or not before:
        return problem
    header = "the header" if lines == 1 else "the separator and line 2 the header"
    told = f"Row {row} is line {row + lines} of {name}, since line 1 is {header}."
    told_line = Fault(problem.code, told, row=row)
    return replace(problem, faults=(problem.faults[0], told_line, *problem.further_faults))
