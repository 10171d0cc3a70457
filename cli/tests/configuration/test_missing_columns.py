from __future__ import annotations

from anops_control.configuration.missing_columns import missing_columns


def test_a_model_whose_columns_nobody_listed_is_a_warning() -> None:
    (finding,) = missing_columns({"model": {"artifact": "model.rds"}})
    assert (finding.severity.value, finding.key) == ("warning", "model.inputs")


def test_a_model_that_needs_no_columns_says_so_by_an_empty_section() -> None:
    assert missing_columns({"model": {"inputs": {}}}) == []
