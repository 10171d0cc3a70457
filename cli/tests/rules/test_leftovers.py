from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_control.rules.leftovers import leftover_findings
from anops_project.examination.leftovers import Leftover

if TYPE_CHECKING:
    from anops_project.sections.project import Language


def leftover(name: str, **changes: Any) -> Leftover:
    known: dict[str, Any] = {
        "kind": "data", "where": "model", "what": "a data frame with 32 rows and 2 columns", "rows": 32,
        "bytes": 2048, "needed": False,
    }  # fmt: skip
    return Leftover(name=name, **{**known, **changes})


def found(*leftovers: Leftover, language: Language = "r") -> list[tuple[str, str, str | None]]:
    return [
        (finding.severity.value, finding.message, finding.remedy)
        for finding in leftover_findings(leftovers, language, "model.rds")
    ]


def test_an_environment_that_nothing_needs_is_a_warning_with_the_line_that_empties_it() -> None:
    big = leftover("big", kind="environment", where="environment(model$terms)", bytes=400_000)
    ((severity, message, remedy),) = found(big)
    assert severity == "warning"
    assert message.startswith("The model was saved with `big` (a data frame with 32 rows and 2 columns, 400 kB): ")
    assert remedy is not None
    assert remedy.startswith('rm(list = "big", envir = environment(model$terms)) before saveRDS()')


def test_a_function_is_named_whole() -> None:
    place = "model.functions['small, large']"
    ((_, message, remedy),) = found(leftover("kept", kind="environment", where=place), language="python")
    assert f"a function in it, {place}, was defined in a script" in message
    assert remedy is not None
    assert remedy.startswith(f"define {place} in model.py")


def test_rows_that_predictions_do_not_need_are_a_note_with_the_line_that_takes_them_out() -> None:
    ((severity, message, remedy),) = found(leftover("model"), leftover("residuals", what="32 values"))
    assert severity == "note"
    assert "which its predictions do not need: `model` (a data frame with 32 rows and 2 columns, 2.0 kB)" in message
    assert remedy is not None
    assert 'model[c("model", "residuals")] <- NULL before saveRDS()' in remedy


def test_from_ten_megabytes_on_they_are_a_warning() -> None:
    assert found(leftover("model", bytes=12_000_000))[0][0] == "warning"


def test_rows_that_predictions_need_are_a_note_about_privacy() -> None:
    ((severity, message, _),) = found(leftover("SV", needed=True), language="r")
    assert severity == "note"
    assert message.startswith("The model needs, for its predictions, rows it was fitted on")


def test_what_could_not_be_tried_is_not_called_needed() -> None:
    ((_, message, _),) = found(leftover("_fit_X", needed=None), language="python")
    assert message.startswith("The model holds rows it was fitted on")


def test_a_model_that_holds_nothing_is_no_finding() -> None:
    assert found() == []
