"""Says why a step of a build failed, in the words of the one who wrote the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.building import apt_words, pip_words, r_words
from anops_control.building.engine import NO_SPACE, no_space
from anops_control.building.found import Found
from anops_control.building.network_words import says_no_network
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from anops_control.building.following import StepFailedError
    from anops_control.building.found import Circumstances

_SHOWN_LINES = 10
_PATH_WORDS = ("not found in build context", "no such file or directory", "file does not exist")


def explain(failure: StepFailedError, circumstances: Circumstances) -> CommandError:
    """Return the message for a step that failed.

    Args:
        failure: The step.
        circumstances: What was asked for.
    """
    text = "\n".join([*failure.lines, failure.said])
    if NO_SPACE in text.lower():
        return no_space(_flat(failure.said))
    found = (
        _platform(text, circumstances)
        or apt_words.match_output(text, circumstances)
        or r_words.match_output(text)
        or pip_words.match_output(text)
        or _network(text)
        or Found(
            "The image can't be built: a step of the Dockerfile failed."
            if failure.step
            else "The Dockerfile can't be used.",
            _remedy(failure.said),
            Code.DOCKERFILE,
        )
    )
    return CommandError(
        found.message,
        details=_details(failure, found.lines),
        remedy=found.remedy or None,
        code=found.code,
    )


def explain_tools(failure: StepFailedError) -> CommandError:
    """Return the message for a child image that can't be made."""
    if NO_SPACE in "\n".join([*failure.lines, failure.said]).lower():
        return no_space(_flat(failure.said))
    return CommandError(
        "The image is built, but the tools of its checks can't be installed.",
        details=_details(failure),
        remedy="Check that containers reach the network, or build with `--no-test` and run `ao check`.",
        code=Code.DEPENDENCY,
    )


def _platform(text: str, circumstances: Circumstances) -> Found | None:
    if "exec format error" not in text:
        return None
    return Found(
        f"The image can't be built for {circumstances.platform or 'its platform'}: its programs can't be run here.",
        "Build it on a machine of that kind, or install an emulator, such as Debian's qemu-user-static.",
        Code.USAGE,
    )


def _network(text: str) -> Found | None:
    if not says_no_network(text):
        return None
    return Found(
        "A step of the Dockerfile can't reach what it needs from the network.",
        "Check that containers reach the network; behind a proxy, name it in ~/.docker/config.json.",
        Code.DEPENDENCY,
    )


def _remedy(said: str) -> str:
    lower = said.lower()
    if "requires buildkit" in lower or "--mount option" in lower:
        return "Leave out what only BuildKit supports, such as `RUN --mount`."
    if any(words in lower for words in _PATH_WORDS):
        return "Fix the path in the Dockerfile; it starts at the project's folder, less what .dockerignore leaves out."
    if "parse error" in lower or "unknown instruction" in lower:
        return "Fix that line of the Dockerfile."
    return ""


def _details(failure: StepFailedError, lines: tuple[str, ...] | None = None) -> list[str]:
    """Return the step, its last lines, and what the engine said."""
    return [
        *([failure.step] if failure.step else []),
        *(failure.lines[-_SHOWN_LINES:] if lines is None else lines),
        f"The engine said: {_flat(failure.said)}",
    ]


def _flat(text: str) -> str:
    return " ".join(text.split())
