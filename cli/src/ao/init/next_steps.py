"""What a person does after `ao init`; each line works as it is printed."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from anops_control.init.example_request import LONGEST_REQUEST, body_flags

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMENT_AT = 34


def show(
    folder: str,
    *,
    first: Sequence[str],
    has_example: bool,
    request: str,
    regressors: Sequence[str] | None = None,
    port: int = 8080,
) -> None:
    """Print the next steps to stdout, whole lines that can be copied.

    Args:
        folder: The project's folder as the person would type it, or ".".
        first: What must be done before, where something must.
        has_example: Whether there is a `tests/example.csv`.
        request: The body that asks for one row, quoted for a shell.
        regressors: Of a model that forecasts, what the future must be given; None: it predicts rows.
        port: The port that `ao serve` takes by default.
    """
    messages.plain()
    messages.plain("Next:")
    lines = [] if folder == "." else [f"cd {shlex.quote(folder)}"]
    lines += [*first, "ao check", _commented("ao serve", "keep it open, and go on in a second terminal")]
    if regressors is not None:
        lines += _forecasting(regressors, port)
    else:
        lines += _predicting(request, port, has_example=has_example)
    for line in lines:
        messages.result(f"  {line}")


def _forecasting(regressors: Sequence[str], port: int) -> list[str]:
    if regressors:
        columns = ", ".join(regressors)
        return [_commented("ao series forecast --horizon 3 --regressors FILE.csv", f"a row for each period: {columns}")]
    body = "--header 'content-type: application/json' --data '{\"horizon\": 12}'"
    return [
        _commented("ao series forecast --horizon 12", "in the project's folder"),
        f"curl http://127.0.0.1:{port}/forecast {body}",
    ]


def _predicting(request: str, port: int, *, has_example: bool) -> list[str]:
    if len(request) > LONGEST_REQUEST and not has_example:
        return [_commented("ao predict FILE.csv", "a table with the columns of ao.toml")]
    file = [_commented("ao predict tests/example.csv", "in the project's folder")] if has_example else []
    return [*file, f"curl http://127.0.0.1:{port}/predict {body_flags(request, has_example=has_example)}"]


def _commented(command: str, comment: str) -> str:
    return f"{command + '  ':{_COMMENT_AT}}# {comment}"
