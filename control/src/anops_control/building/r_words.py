"""What the program `install-r-packages` of the R image says where an R package can't be installed."""

from __future__ import annotations

import re

from anops_model_interface.codes import Code

from anops_control.building.found import Found

_MESSAGE = re.compile(
    r"^✖ (?P<message>.+)\n(?P<lines>(?:• .*\n)*)(?:→ (?P<remedy>.+)\n)?\[(?P<code>R_PACKAGE|DEPENDENCY)\]$",
    re.MULTILINE,
)


def match_output(text: str) -> Found | None:
    """Return what the program said; it speaks as `ao` does.

    Args:
        text: What the step printed.
    """
    match = _MESSAGE.search(text)
    if match is None:
        return None
    lines = tuple(line.removeprefix("• ") for line in match["lines"].splitlines())
    return Found(match["message"], match["remedy"] or "", Code[match["code"]], lines)
