from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from anops_control.configuration import load
from anops_control.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from anops_control.findings import Finding

PROJECT = '[project]\nname = "cars"\nlanguage = "r"\n'
MODEL = '[model]\nartifact = "model.rds"\n'


def findings_in(text: str, make_project: Callable[..., Path], **given: Any) -> tuple[Finding, ...]:
    with pytest.raises(ConfigurationError) as caught:
        load(make_project(text), **{"environ": {}, **given})
    return caught.value.findings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            MODEL,
            (
                'The section `[project]` is missing. Add the section `[project]` with `name = "my-model"` and '
                '`language = "r"` (or `"python"`).'
            ),
        ),
        (PROJECT + "[model]\n", "`[model]` must name an `artifact` or a `code` file. None"),
        (
            '[project]\nname = "My Cars"\nlanguage = "r"\n' + MODEL,
            (
                "`name` must be at most 100 lower-case letters, digits, and `-`, `_` or `.` between them, "
                'not "My Cars". Write `name = "my-cars"`.'
            ),
        ),
        (
            '[project]\nname = "cars"\nlanguage = "R"\n' + MODEL,
            '`language` must be "r" or "python", not "R". Write `language = "r"`.',
        ),
        (
            PROJECT + "version = 1.10\n" + MODEL,
            '`version` must be text, not 1.10. Write `version = "1.10"`.',
        ),
        (PROJECT + "langage = 1\n" + MODEL, "`[project]` has no key `langage`. Did you mean `language`?"),
        (PROJECT + MODEL + "port = 1\n", "`[model]` has no key `port`. Move it to the section `[service]`."),
        (PROJECT + MODEL + "[servce]\n", "ao.toml has no section `[servce]`. Did you mean `[service]`?"),
        ("port = 1\n" + PROJECT + MODEL, "`port` is outside of any section. Move it under `[service]`."),
        (
            PROJECT + MODEL + '[service]\nport = "8080"\n',
            '`port` must be a whole number, not "8080". Write it without quotes: `port = 8080`.',
        ),
        (PROJECT + MODEL + "[service]\nport = 70000\n", "`port` must be at most 65535, not 70000. None"),
        (PROJECT + MODEL + "[service]\nworkers = 1.5\n", "`workers` must be a whole number, not 1.5. None"),
        (PROJECT + MODEL + "[service]\ndeadline_seconds = 0\n", "`deadline_seconds` must be more than 0, not 0. None"),
        (
            PROJECT + MODEL + 'row_independent = "true"\n',
            '`row_independent` must be true or false, not "true". Write it without quotes: `row_independent = true`.',
        ),
        (PROJECT + '[model]\nartifact = "../m.rds"\n', "`artifact` must be a path inside the project. None"),
        ("service = 3\n" + PROJECT + MODEL, "`[service]` must be a section, not 3. None"),
        (
            PROJECT + MODEL + '[model.inputs]\nwt = "numeric"\n',
            (
                'Column `wt` must be "number", "integer", "boolean", "string", "category", "date" or "datetime", '
                'not "numeric". Write `wt = "number"`.'
            ),
        ),
        (
            PROJECT + MODEL + '[model.inputs]\n"a b" = { type = "factor" }\n',
            (
                '`type` of column `a b` must be "number", "integer", "boolean", "string", "category", "date" or '
                '"datetime", not "factor". Write `type = "category"`.'
            ),
        ),
        (
            PROJECT + MODEL + "[model.inputs]\nwt = 3\n",
            'Column `wt` must be a type such as "number", or a table such as { type = "number" }, not 3. None',
        ),
        (
            PROJECT + MODEL + "[model.inputs]\nwt = { min = 3 }\n",
            (
                'Column `wt` must say its `type`. Add `type = "number"`, or integer, boolean, string, category, '
                "date or datetime."
            ),
        ),
        (
            PROJECT + MODEL + '[model.inputs]\nwt = { type = "number", mni = 3 }\n',
            "Column `wt` can't have the key `mni`. Did you mean `min`?",
        ),
        (
            PROJECT + MODEL + '[model.inputs]\nwt = { type = "number", missing = [1] }\n',
            "`missing` of column `wt` must be true or false, a whole number, a number or text, not a list. None",
        ),
        (
            PROJECT + MODEL + '[model.inputs]\nwt = { type = "category", levels = ["a", 1] }\n',
            'Item 2 of `levels` of column `wt` must be text, not 1. Write it in quotes: `"1"`.',
        ),
        (
            PROJECT + MODEL + '[model.inputs]\nwt = { type = "number", levels = ["a"] }\n',
            "Column `wt`: `levels` go with type category, not number. None",
        ),
        (
            PROJECT + MODEL + '[model.options]\nlevel = { type = "number", default = "x" }\n',
            "Option `level`: `default`: must be a number, not text. None",
        ),
        (
            PROJECT + MODEL + "[tasks.train]\nrun = 3\n",
            "`run` of task `train` must be text, or a list of texts, not 3. None",
        ),
        (
            PROJECT + MODEL + '[tasks.train]\nneeds = ["a"]\n',
            "Task `train` must have a `run` command, or name tasks to do in `after`. None",
        ),
        (
            PROJECT + MODEL + '[tasks.train]\nrun = "x"\nneed = ["a"]\n',
            "Task `train` can't have the key `need`. Did you mean `needs`?",
        ),
    ],
)
def test_a_fault_is_said_in_plain_words_with_its_remedy(
    text: str, said: str, make_project: Callable[..., Path]
) -> None:
    (finding,) = findings_in(text, make_project)
    assert f"{finding.message} {finding.remedy}" == said


def test_all_faults_are_reported_together_in_the_order_of_the_file(make_project: Callable[..., Path]) -> None:
    text = PROJECT + MODEL + '[model.inputs]\nSepal.Length = "number"\nwt = "numeric"\n[service]\nport = "x"\n[foo]\n'
    findings = findings_in(text, make_project)
    assert [finding.line for finding in findings] == [7, 8, 10, 11]
    assert [finding.key for finding in findings] == [
        'model.inputs."Sepal.Length"',
        "model.inputs.wt",
        "service.port",
        "foo",
    ]


def test_a_fault_points_at_the_value_it_is_about(make_project: Callable[..., Path]) -> None:
    (finding,) = findings_in(PROJECT + MODEL + '[model.inputs]\nwt = { type = "number", min = "0" }\n', make_project)
    assert finding.place == "ao.toml:7:31"


def test_a_fault_in_the_environment_names_the_variable(make_project: Callable[..., Path]) -> None:
    (finding,) = findings_in(PROJECT + MODEL, make_project, environ={"ANOPS_WORKERS": "many"})
    assert (finding.message, finding.place) == ('`ANOPS_WORKERS` must be a whole number, not "many".', "")


def test_a_fault_in_a_flag_names_the_flag(make_project: Callable[..., Path]) -> None:
    (finding,) = findings_in(PROJECT + MODEL + "[service]\nport = 1\n", make_project, flags={"port": -1})
    assert (finding.message, finding.place) == ("`--port` must be at least 0, not -1.", "")
