from __future__ import annotations

from anops_control.findings import Severity
from anops_control.rules.coverage import FileCoverage, coverage_findings, passed

HALF = FileCoverage("model.py", 4, (3, 5, 6, 7))


def test_enough_is_no_finding() -> None:
    assert list(coverage_findings([HALF], 50)) == []
    assert passed([HALF]) == "The tests run 50 % of the code."


def test_too_little_names_the_lines_that_are_not_run() -> None:
    fault, place = coverage_findings([HALF], 80)
    assert fault.severity is Severity.ERROR
    assert fault.message == "The tests run 50 % of the code, and must run 80 %."
    assert fault.remedy == "Write tests for the lines below, or lower `coverage` under `[check]` in ao.toml."
    assert (place.place, place.message) == ("model.py:3", "Not run: lines 3, 5 to 7.")


def test_a_share_is_never_rounded_up_to_what_is_wanted() -> None:
    fault, _ = coverage_findings([FileCoverage("model.py", 7999, tuple(range(1, 2002)))], 80)
    assert fault.message == "The tests run 79.9 % of the code, and must run 80 %."


def test_several_files_count_together() -> None:
    assert passed([HALF, FileCoverage("other.py", 8, ())]) == "The tests run 75 % of the code."


def test_without_code_nothing_is_asked_for() -> None:
    assert list(coverage_findings([], 80)) == []
    assert passed([]) == "There is no code to be run by tests."


def test_one_line_is_one_line() -> None:
    _, place = coverage_findings([FileCoverage("model.py", 0, (9,))], 80)
    assert place.message == "Not run: line 9."
