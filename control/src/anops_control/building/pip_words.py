"""What pip says where a Python package can't be installed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.building.found import Found
from anops_control.building.network_words import says_no_network

if TYPE_CHECKING:
    from collections.abc import Callable

_LINE = re.compile(r"ERROR: Invalid requirement: (?P<line>.*)")
_CONFLICT = re.compile(r"ERROR: Cannot install (?P<names>.+?) because these package versions have conflicting")
_ABSENT = re.compile(r"(?:ERROR: )?No matching distribution found for (?P<name>\S+)")
_VERSIONS = re.compile(r"satisfies the requirement .* \(from versions: (?P<versions>.*)\)")
_UNFIT = re.compile(
    r"^(?P<name>\S+ \S+) (?P<fault>requires .*, which is not installed|has requirement .*, but you have .*)$",
    re.MULTILINE,
)
_WHEEL = re.compile(
    r"Failed building wheel for (?P<name>\S+)|Failed to build '?(?P<other>[\w.-]+)'?"
    r"|metadata \S* ?for (?P<third>[\w.-]+)"
)


def match_output(text: str) -> Found | None:
    """Return why pip failed, where the output of a step tells.

    Args:
        text: What the step printed.
    """
    for pattern, found in _LOOKS:
        match = pattern.search(text)
        if match:
            message, remedy = found(match)
            return Found(message, remedy, Code.DEPENDENCY)
    return None


def _unreadable(match: re.Match[str]) -> tuple[str, str]:
    return f"requirements.txt has a line that pip can't read: {match['line'].strip()}", "Fix that line."


def _conflict(match: re.Match[str]) -> tuple[str, str]:
    return (
        f"The packages in requirements.txt do not fit together: {match['names']}.",
        "Relax one of their version constraints.",
    )


def _absent(match: re.Match[str]) -> tuple[str, str]:
    subject = f"The Python package `{match['name']}` can't be installed"
    if says_no_network(match.string):
        return (
            f"{subject}: the package registry can't be reached.",
            "Check that containers reach the network, or name your own one: `ENV PIP_INDEX_URL=…` in the Dockerfile.",
        )
    versions = _VERSIONS.search(match.string)
    known = versions["versions"] if versions else "none"
    if known == "none":
        return f"{subject}: the package registry has no package of that name.", "Fix its name in requirements.txt."
    newest = known.split(", ")[-1]
    return (
        f"{subject}: there is no such version for the image's Python; the newest is {newest}.",
        "Fix its version in requirements.txt.",
    )


def _unfit(match: re.Match[str]) -> tuple[str, str]:
    return (
        f"The Python packages of the image do not fit together: {match['name']} {match['fault'].rstrip('.')}.",
        "Fix their versions in requirements.txt.",
    )


def _uncompiled(match: re.Match[str]) -> tuple[str, str]:
    name = match["name"] or match["other"] or match["third"]
    return (
        f"The Python package `{name}` can't be installed: it would have to be compiled, and that failed.",
        "Name a version that comes compiled for the image's Python, or compile it in a build stage.",
    )


_LOOKS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str]]], ...] = (
    (_LINE, _unreadable),
    (_CONFLICT, _conflict),
    (_ABSENT, _absent),
    (_UNFIT, _unfit),
    (_WHEEL, _uncompiled),
)
