"""Which port is served on."""

from __future__ import annotations

import socket

import pytest
from anops_control.errors import CommandError
from anops_control.serving.ports import choose_port
from anops_control.serving.ready import ReadyService
from anops_control.serving.urls import url_of
from anops_model_interface.exit_codes import ExitCode


def test_free_port_is_taken_as_wanted() -> None:
    free = choose_port("127.0.0.1", 0)

    assert choose_port("127.0.0.1", free) == free


def test_taken_port_gives_another_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = taken.getsockname()[1]
        found = choose_port("127.0.0.1", wanted)

    assert found not in {0, wanted}


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.example"])
def test_host_that_is_not_here_is_refused(host: str) -> None:
    with pytest.raises(CommandError, match="Can't serve on") as caught:
        choose_port(host, 0)

    assert caught.value.exit_code is ExitCode.SERVICE
    assert caught.value.remedy == "Leave out `--host` to serve on this computer alone."


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),  # noqa: S104  only shown
        ("::1", "http://[::1]:1"),
        ("::", "http://[::1]:1"),
        ("localhost", "http://localhost:1"),
    ],
)
def test_url_is_one_that_this_computer_reaches(host: str, url: str) -> None:
    assert url_of(host, 1) == url


def test_curl_line_is_safe_for_a_shell() -> None:
    ready = ReadyService("http://h:1", {"example": {"data": [{"it's": "a $HOME"}]}}, 1)

    assert ready.curl().endswith("""-d '{"data": [{"it'"'"'s": "a $HOME"}]}'""")
