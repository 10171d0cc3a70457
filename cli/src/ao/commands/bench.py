"""`ao bench`: how many requests a running service answers, and what follows from that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.errors import CommandError
from anops_control.verbs.bench import BenchRequest, run
from anops_model_interface.codes import Code

from ao import messages
from ao.looking.options import (
    CaFileOption,
    KeyFileOption,
    UrlOption,
    key_in,
)
from ao.looking.plots import drawn_load
from ao.presenting import presented

if TYPE_CHECKING:
    from anops_control.verbs.bench import BenchResult

EPILOG = """
`ao bench`  the service of this project: 1, 4, 16 and 64 callers at once, two seconds each

`ao bench --rows 100`  with many rows in each request

`ao bench --callers 1,8 --seconds 10`  other steps, for longer

It sends the model's example rows, and is a real load: do not run it against a service that others need. The callers are
on this computer, and share its processors with a service that is here too.
"""


def bench(
    *,
    url: UrlOption = None,
    callers: Annotated[
        str, typer.Option("--callers", metavar="N,N", help="How many ask at the same time, step by step.")
    ] = "1,4,16,64",
    seconds: Annotated[float, typer.Option("--seconds", metavar="SECONDS", help="How long each step takes.")] = 2.0,
    rows: Annotated[int, typer.Option("--rows", metavar="N", help="How many rows a request has.")] = 1,
    key_file: KeyFileOption = None,
    ca_file: CaFileOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> None:
    """Put load on a running service for some seconds: requests a second, times, and what follows."""
    request = BenchRequest(
        folder=Path(),
        url=url,
        callers=_numbers(callers),
        seconds=seconds,
        rows=rows,
        key=key_in(key_file),
        ca_file=ca_file,
    )
    with presented() as events:
        found = run(request, events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    messages.result("\n".join(_table(found)))
    if len([step for step in found.steps if step["per_second"]]) > 1:
        messages.result(drawn_load(found.steps))
    for text in found.advice:
        messages.note(text)


def _table(found: BenchResult) -> list[str]:
    model = found.model
    rows = f"{found.rows} row{'s' if found.rows > 1 else ''} a request"
    lines = [f"{found.url}: {model['name']} {model['version']}, {rows}"]
    lines.append(f"{'callers':>8}{'requests/s':>12}{'half (ms)':>11}{'95 % (ms)':>11}{'99 % (ms)':>11}  failures")
    for step in found.steps:
        times = "".join(f"{'-' if step[part] is None else step[part]:>11}" for part in ("p50_ms", "p95_ms", "p99_ms"))
        failures = ", ".join(f"{count} with {status}" for status, count in step["failures"].items())
        lines.append(f"{step['callers']:>8}{step['per_second']:>12.0f}{times}  {failures}".rstrip())
    return lines


def _numbers(written: str) -> tuple[int, ...]:
    try:
        return tuple(int(each) for each in written.split(","))
    except ValueError:
        raise CommandError(
            f"`--callers` must be numbers with commas between them, not `{written}`.",
            remedy="Write it as `--callers 1,16`.",
            code=Code.USAGE,
        ) from None
