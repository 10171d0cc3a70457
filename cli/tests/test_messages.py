from __future__ import annotations

import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import Fault, Problem
from ao import messages


def test_a_problem_reads_as_its_own_rendering_does(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem(
        Code.COLUMN_TYPE,
        faults=(
            Fault(Code.COLUMN_TYPE, "column `hp` must be a number, not text", row=3, found='is "potato"'),
            Fault(Code.COLUMN_MISSING, "column `wt` is missing"),
        ),
        more=2,
        remedy="Convert `hp` to numbers before sending it.",
        call="predict.lm(model, newdata)",
        lead="Can't predict with model `cars`",
    )
    messages.problem(problem)
    assert capsys.readouterr().err == problem.render() + "\n"


def test_a_long_line_stays_whole_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    text = "word " * 100
    messages.error(text.strip(), remedy=text.strip())
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_what_a_person_wrote_is_never_taken_for_markup(capsys: pytest.CaptureFixture[str]) -> None:
    messages.note("column [bold]x[/bold] :smile:")
    assert capsys.readouterr().err == "• column [bold]x[/bold] :smile:\n"


@pytest.mark.parametrize("count", [2, 200])
def test_few_rows_and_many_are_a_table_of_what_was_written(capsys: pytest.CaptureFixture[str], count: int) -> None:
    messages.result_rows(("version", "text"), [(str(number), "[draft] größe") for number in range(count)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        ["version", "text"], *([str(number), "[draft]", "größe"] for number in range(count)),
    ]  # fmt: skip
    assert len({line.index("[") for line in lines[1:]} | {lines[0].index("text")}) == 1


def test_a_log_has_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    messages.error("It failed.")
    messages.success("It works.")
    assert "\x1b" not in capsys.readouterr().err


def test_results_alone_go_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    messages.note("a note")
    messages.result_json({"größe": 1})
    assert capsys.readouterr().out == '{\n  "größe": 1\n}\n'
