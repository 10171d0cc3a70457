"""Shows what came of a build, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.checking import Status
from rich.filesize import decimal

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.building.build_result import Result


def show(result: Result, *, as_json: bool) -> None:
    """Say what was found and built; the result itself goes to stdout unless JSON is there already."""
    for check in result.checks or ():
        if check.status is Status.PASSED:
            messages.success(check.passed)
        messages.findings(check.findings)
    if not result.passed:
        messages.error(
            "The image does not pass its checks.",
            details=[f"It is kept as `{result.names[0]}`, so that you can look into it; nothing was pushed."],
            remedy="Fix what is named above, and build again.",
        )
        return
    if result.checks is None:
        messages.warning("The image was not tested.")
    if result.recorded:
        messages.note("The versions of the R packages are recorded in renv.lock: keep it with the project.")
    if result.replaced:
        messages.warning(
            f"`{result.names[0]}` was another model, {result.replaced}; whatever runs it by that name gets the new one."
        )
    _say_composed(result)
    if as_json:
        return
    for title, value in _rows(result):
        messages.result(f"{title:<7} {value}")


def _rows(result: Result) -> Iterator[tuple[str, str]]:
    yield "Model", result.digest
    yield "Image", result.built.image
    yield "Size", decimal(result.built.size_bytes)
    for number, name in enumerate(result.names):
        yield ("" if number else "Name"), name
    if result.pushed:
        yield "Digest", f"{result.pushed[0].name.rpartition(':')[0]}@{result.pushed[0].digest}"
    if result.bill is not None:
        yield "SBOM", str(result.bill)
    if result.signed_by is not None:
        yield "Signed", f"by the key {result.signed_by}"
    yield "Run it", result.run_command()


def _say_composed(result: Result) -> None:
    composed, name = result.composed, result.names[0]
    if composed is None:
        return
    if composed.before is None:
        messages.warning(f"{composed.file} does not name the image: to run it, write `image: {name}` there.")
    elif composed.problem is not None:
        messages.warning(f"{composed.file} can't be changed ({composed.problem}): it still runs `{composed.before}`.")
    elif composed.before != name:
        once_more = (
            f" For the one before: {composed.variable}={composed.before} docker compose up"
            if composed.variable
            else f" For the one before, write `image: {composed.before}` there."
        )
        messages.note(f"{composed.file} now runs `{name}`.{once_more if composed.before_is_here else ''}")
