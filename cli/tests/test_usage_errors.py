from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anops_control.errors import CommandError
from ao.app import app
from typer.main import get_command

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.testing import Result


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc"], "✖ There is no command `chekc`.\n→ Did you mean `ao check`?\n"),
        (["CONFIG"], "✖ There is no command `CONFIG`.\n→ Did you mean `ao config`?\n"),
        (["frobnicate"], "✖ There is no command `frobnicate`.\n→ See all commands with `ao --help`.\n"),
        (["--vresion"], "✖ `ao` has no flag `--vresion`.\n→ Did you mean `--version`?\n"),
        (["config", "--prot", "1"], "✖ `ao config` has no flag `--prot`.\n→ Did you mean `--port`?\n"),
        (["check", "--quickly"], "✖ `ao check` has no flag `--quickly`.\n→ See its flags with `ao check --help`.\n"),
        (["config", "--port"], "✖ `--port` needs a value.\n→ See `ao config --help`.\n"),
        (["check", "--json=1"], "✖ `--json` takes no value.\n→ See `ao check --help`.\n"),
        (["config", "--port", "x"], "✖ `--port` must be a whole number, not `x`.\n→ See `ao config --help`.\n"),
        (["config", "a", "b"], "✖ `ao config` can't take `b` as well.\n→ See `ao config --help`.\n"),
        (["init", "--lang", "julia"], "✖ `--lang` must be `r` or `python`, not `julia`.\n→ See `ao init --help`.\n"),
        (["check", "--only", "test"], "✖ There is no rule `test`.\n→ Did you mean `tests`?\n"),
    ],
)
def test_a_wrong_word_is_named_with_the_likely_one(ao: Callable[..., Result], arguments: list[str], said: str) -> None:
    result = ao(*arguments)
    assert (result.stderr, result.stdout, result.exit_code) == (said, "", 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["init", "--model", "a.rds", "--model=b.rds"],
         "`ao init` takes one `--model`, and was given `a.rds` and `b.rds`"),
        (["init", "-m", "a.rds", "--model", "b.rds", "-mc.rds"],
         "`ao init` takes one `--model`, and was given `a.rds`, `b.rds` and `c.rds`"),
        (["config", "--port", "1", "--port", "1"], "`ao config` takes one `--port`, and was given `1` and `1`"),
        (["refit", "--data", "a.csv", "x.rds", "--data", "b.csv"],
         "`ao refit` takes one `--data`, and was given `a.csv` and `b.csv`"),
        (["predict", "a.csv", "--output", "x", "--output", "y"],
         "`ao predict` takes one `--output`, and was given `x` and `y`"),
    ],
)  # fmt: skip
def test_an_option_of_one_value_is_given_once(ao: Callable[..., Result], arguments: list[str], said: str) -> None:
    result = ao(*arguments)
    assert (result.stderr, result.stdout, result.exit_code) == (f"✖ {said}.\n→ Keep one of them.\n", "", 2)


def test_every_option_of_one_value_is_refused_twice() -> None:
    group = get_command(app)
    tried = 0
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        with command.make_context(name, [], resilient_parsing=True) as context:
            options = [param for param in context.command.params if param.param_type_name == "option"]
        for option in options:
            if option.multiple or option.is_flag:
                continue
            tried += 1
            with pytest.raises(CommandError, match="was given `1` and `1`"):
                command.make_context(name, [option.opts[0], "1", option.opts[-1], "1"])
    assert tried > 30


def test_what_may_be_repeated_is(ao: Callable[..., Result]) -> None:
    for arguments in (["check", "--only", "lint", "--only", "zzz"], ["check", "--json", "--json", "--only", "zzz"]):
        assert "There is no rule `zzz`" in ao(*arguments).stderr
    assert "can't take `--port`" in ao("config", "--", "x", "--port").stderr
