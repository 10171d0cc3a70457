"""What the shell offers with the Tab key."""

from __future__ import annotations

import os
import subprocess
import sys


def offered(shell: str, typed: str) -> str:
    words = typed.split(" ")
    asked = {
        "_AO_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": typed,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
    }
    ao = [sys.executable, "-m", "ao"]
    return subprocess.run(ao, env={**os.environ, **asked}, capture_output=True, text=True, check=True).stdout


def test_options_are_offered_in_every_shell() -> None:
    bash = offered("bash", "ao predict --").split()
    fish = [line.partition("\t") for line in offered("fish", "ao predict --").splitlines()]
    zsh = offered("zsh", "ao predict --")
    assert "--keep" in bash
    # a help that is broken into lines would be offered as words
    assert [word for word, _, told in fish if told] == bash
    assert zsh.startswith("local -a offered; offered=('--")
    assert zsh.endswith("; _describe -o ao offered\n")
    assert all(f"'{word}:" in zsh for word in bash)


def test_commands_and_files_are_offered_in_zsh() -> None:
    assert "('predict:" in offered("zsh", "ao pred")
    assert offered("zsh", "ao predict rows") == "_files\n"
