from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
