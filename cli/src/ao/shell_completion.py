"""What the shell offers behind a word that is not finished, for shells that would leave out part of what Typer says.

Typer hands options to zsh in a form in which zsh offers words only, and breaks a long help into lines, each of which
fish offers as a word. So its lines are made wide, and zsh is told of options as such.
"""

from __future__ import annotations

import io
import shlex
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

_ASKED = "_AO_COMPLETE"
_WIDE = "4000"


def complete(run: Callable[[], object], environment: MutableMapping[str, str]) -> str | None:
    """Answer a shell that asks what may stand there.

    Args:
        run: Lets Typer answer, on stdout.
        environment: Of this process; the shell's question is in it.

    Returns:
        What to print instead of Typer's answer; None: Typer is to give its own.
    """
    asked = environment.get(_ASKED)
    if asked is None:
        return None
    environment["COLUMNS"] = environment["TERMINAL_WIDTH"] = _WIDE
    if asked != "complete_zsh":
        return None
    environment.update({_ASKED: "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args"})
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            run()
    except SystemExit:
        pass
    return _for_zsh(said.getvalue().splitlines())


def _for_zsh(lines: list[str]) -> str:
    offered = [line.partition("\t") for line in lines if line]
    if not offered:
        return "_files"
    words = [word.replace(":", r"\:") + (f":{told}" if told else "") for word, _, told in offered]
    flag = "-o " if words[0].startswith("-") else ""
    return f"local -a offered; offered=({shlex.join(words)}); _describe {flag}ao offered"
