"""What is logged of an exception is its kind and its places, not its text."""

from __future__ import annotations

import logging
import sys

from anops_model_interface.codes import Code
from anops_model_interface.errors import Problem
from anops_model_interface.quiet_log import QuietFormatter

FORMATTER = QuietFormatter("%(levelname)s %(message)s")


def fails(value: str) -> None:
    raise ValueError(f"can't use {value}")


def record(name: str, message: str) -> logging.LogRecord:
    try:
        fails("secret")
    except ValueError:
        return logging.LogRecord(name, logging.ERROR, __file__, 1, message, None, sys.exc_info())
    raise AssertionError


def test_the_text_of_an_exception_is_left_out() -> None:
    text = FORMATTER.format(record("anops.api", "it failed"))
    assert "secret" not in text
    assert text.startswith("ERROR it failed\n")
    assert text.endswith("in fails\nValueError")


def test_that_of_one_which_nobody_waited_for_too() -> None:
    text = FORMATTER.format(record("asyncio", "Task exception was never retrieved\nfuture: <Task 'secret'>"))
    assert "secret" not in text
    assert text.startswith("ERROR Task exception was never retrieved\n")


def test_a_problem_with_half_a_character_can_be_sent() -> None:
    problem = Problem(Code.MODEL_FAILED, "Can't read \ud800.", call="a\udc80b")
    assert Problem.from_bytes(problem.to_bytes()) == Problem(Code.MODEL_FAILED, "Can't read \ufffd.", call="a\ufffdb")
