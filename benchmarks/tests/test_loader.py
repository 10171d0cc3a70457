from __future__ import annotations

import pytest
from anops_benchmarks.loader import parse

SAID = """Running 1s test @ http://127.0.0.1:1
  1 threads and 64 connections
Requests/sec:  12000.00

{"requests": 12000, "microseconds": 1000000, "p50_us": 5100, "p99_us": 10250, "errors": 2, "refused": 40}
"""


def test_what_wrk_says_is_read_in_seconds_and_milliseconds() -> None:
    load = parse(SAID)

    assert (load.requests, load.seconds, load.p50_ms, load.p99_ms) == (12000, 1.0, 5.1, 10.25)


def test_requests_that_failed_do_not_count_as_answered() -> None:
    load = parse(SAID)

    assert load.errors == 42
    assert load.rate == 12000 - 42


def test_a_loader_that_says_nothing_is_a_failure() -> None:
    with pytest.raises(ValueError, match="unable to connect"):
        parse("unable to connect to 127.0.0.1:1 Connection refused")


def test_a_load_without_an_answer_has_no_figures() -> None:
    with pytest.raises(ValueError, match="nothing was answered"):
        parse(SAID.replace('"requests": 12000', '"requests": 0'))
