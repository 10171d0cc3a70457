"""Sends a file of rows to a running service and returns its answer, or why there is none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from anops_model_interface.errors import AnOpsError, Code, Fault, Problem

from ao.errors import CommandError
from ao.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

CSV = "text/csv"
JSON = "application/json"
ARROW = "application/vnd.apache.arrow.stream"
ARROW_FILE = "application/vnd.apache.arrow.file"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TIMEOUT = httpx.Timeout(None, connect=5)  # the service has a deadline of its own


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered.

    Attributes:
        content: The predictions, in the media type that was asked for.
        warnings: What goes with them, where they are CSV; JSON carries its own.
    """

    content: bytes
    warnings: tuple[dict[str, Any], ...] = ()


def media_type_of(file: str) -> str:
    """Return what kind of rows a file holds, by its name; CSV where that says nothing.

    Raises:
        CommandError: It is of a kind that a service does not read.
    """
    ending = Path(file).suffix.lower()
    if ending in {".parquet", ".rds", ".rdata", ".xls", ".xlsx", ".ods"}:
        raise CommandError(
            f"`{file}` must be a CSV or Arrow file.",
            remedy="Save the rows as CSV, or as Arrow (Feather), and send that.",
            exit_code=ExitCode.USAGE,
        )
    return {".arrow": ARROW_FILE, ".feather": ARROW_FILE, ".ipc": ARROW_FILE, ".arrows": ARROW}.get(ending, CSV)


def normal_url(written: str) -> str:
    """Return the URL of a service as people write it: with or without `http://` or `/predict`.

    Raises:
        CommandError: It is no URL.
    """
    url = written if "://" in written else f"http://{written}"
    url = url.rstrip("/").removesuffix("/predict").rstrip("/")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        usable = False
    if not usable:
        raise CommandError(
            f"`--url` must be the address of a service, not `{written}`.",
            remedy="Write it as http://127.0.0.1:8080.",
            exit_code=ExitCode.USAGE,
        )
    return url


def ask(
    url: str, body: bytes, *, media_type: str = CSV, options: Sequence[tuple[str, str]] = (), accept: str = CSV
) -> Answer:
    """Ask for predictions.

    Args:
        url: Where the service is.
        body: The rows.
        media_type: What they are written in.
        options: Options of the model, by name; a name may come several times.
        accept: The media type of the answer.

    Raises:
        AnOpsError: The service refused, or the model failed.
        CommandError: The service can't be reached, or is none of ours.
    """
    headers = {"Content-Type": media_type, "Accept": accept}
    # A proxy of the company can't reach this computer's own ports.
    trust = urlsplit(url).hostname not in _LOOPBACK
    try:
        with httpx.Client(trust_env=trust, timeout=_TIMEOUT) as client:
            answer = client.post(f"{url}/predict", content=body, params=list(options), headers=headers)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise CommandError(
            f"Can't reach {url}.",
            remedy="Start it with `ao serve`, or say where it is with `--url`.",
            exit_code=ExitCode.SERVICE,
        ) from error
    except httpx.HTTPError as error:
        raise CommandError(
            f"The connection to {url} broke before the answer was there.",
            remedy="Look into the log of `ao serve`.",
            exit_code=ExitCode.SERVICE,
        ) from error
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if answer.is_success and kind == accept:
        return Answer(answer.content, _warnings(answer))
    problem = _problem(answer)
    if problem is None:
        raise CommandError(
            f"{url} answered with status {answer.status_code}, and not as a service of AnOps does.",
            remedy="Another program may have this port: look where `ao serve` says that it serves.",
            exit_code=ExitCode.SERVICE,
        )
    raise AnOpsError.of(problem)


def _warnings(answer: httpx.Response) -> tuple[dict[str, Any], ...]:
    try:
        told = json.loads(answer.headers.get("anops-warnings", "[]"))
    except ValueError:
        return ()
    return tuple(each for each in told if isinstance(each, dict)) if isinstance(told, list) else ()


def _problem(answer: httpx.Response) -> Problem | None:
    try:
        told = answer.json()
        return Problem(
            code=Code(told["code"]),
            message=str(told["detail"]),
            faults=tuple(_fault(each) for each in told.get("errors", ())),
            more=int(told.get("more", 0)),
            remedy=told.get("remedy"),
            call=told.get("call"),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _fault(told: dict[str, Any]) -> Fault:
    return Fault(
        Code(told["code"]),
        str(told["message"]),
        column=told.get("column"),
        row=told.get("row"),
        expected=told.get("expected"),
        received=told.get("received"),
    )
