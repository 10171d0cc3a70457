"""Sends a file of rows to a running service and returns its answer, or why there is none."""

from __future__ import annotations

import json
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import urlsplit

import httpx
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Fault, Problem

from anops_control.errors import CommandError
from anops_control.predicting.arrow_rows import is_stream
from anops_control.predicting.trust import is_distrusted, verification

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

CSV = "text/csv"
JSON = "application/json"
ARROW = "application/vnd.apache.arrow.stream"
ARROW_FILE = "application/vnd.apache.arrow.file"
PARQUET = "application/vnd.apache.parquet"
_KINDS = {
    ".parquet": PARQUET,
    ".arrow": ARROW_FILE,
    ".feather": ARROW_FILE,
    ".ipc": ARROW_FILE,
    ".arrows": ARROW,
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_IN_MEMORY = 1 << 23
"""How many bytes of an answer stay in memory."""
_TIMEOUT = httpx.Timeout(None, connect=5)  # the service has a deadline of its own


_KEYLESS = (
    "Set ANOPS_KEY to it, or name the file that has it: --key-file FILE; whoever runs the service makes keys "
    "with `ao key add`."
)
_READY_SECONDS = 10.0
"""How long a service is asked again that is not ready, as while it goes over to a changed model."""
_PAUSE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class ServedAnswer:
    """What a service answered.

    Attributes:
        content: The predictions, in the media type that was asked for; large ones are on disk.
        warnings: What goes with them, where they are CSV; JSON carries its own.
    """

    content: BinaryIO
    warnings: tuple[dict[str, Any], ...] = ()


def with_key(key: str | None) -> dict[str, str]:
    """Return the header that brings a key or a token; none where there is none."""
    return {} if key is None else {"Authorization": f"Bearer {key}"}


def media_type_of(file: str) -> str:
    """Return what kind of rows a file holds, by its name; CSV where that says nothing.

    Raises:
        CommandError: It is of a kind that a service does not read.
    """
    ending = Path(file).suffix.lower()
    if ending in {".rds", ".rdata", ".xls", ".xlsx", ".ods"}:
        raise CommandError(
            f"`{file}` must be a CSV, Parquet or Arrow file.",
            remedy="Save the rows as CSV, Parquet, or Arrow (Feather), and send that.",
            code=Code.USAGE,
        )
    return _KINDS.get(ending, CSV)


def media_type_in(file: Path) -> str:
    """Return what kind of rows a file holds that is there: of the two forms of Arrow, the one that it has.

    Raises:
        CommandError: As of `media_type_of()`.
    """
    kind = media_type_of(str(file))
    if kind not in {ARROW, ARROW_FILE}:
        return kind
    return ARROW if is_stream(file) else ARROW_FILE


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
            code=Code.USAGE,
        )
    return url


def model_schema(url: str, key: str | None = None) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Ask what columns a model takes and answers with: `inputs` and `outputs`, both empty where that is not told.

    Raises:
        CommandError: The service can't be reached.
    """
    try:
        with talking_to(url, key) as client:
            answer = _when_ready(lambda: client.get(f"{url}/model"))
        schema = answer.json()["schema"]
        told = {
            part: {str(name): {**spec, "type": str(spec["type"])} for name, spec in schema[part].items()}
            for part in ("inputs", "outputs")
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {"inputs": {}, "outputs": {}}
    return told


def ask(
    url: str,
    body: Callable[[], Iterable[bytes]],
    *,
    size: int | None = None,
    media_type: str = CSV,
    options: Sequence[tuple[str, str]] = (),
    accept: str = CSV,
    key: str | None = None,
) -> ServedAnswer:
    """Ask for predictions, and again for a while where the model is not ready; nothing of it need be in memory.

    Args:
        url: Where the service is.
        body: Gives the rows, bit by bit, each time it is called.
        size: How many bytes they are, where that is known.
        media_type: What they are written in.
        options: Options of the model, by name; a name may come several times.
        accept: The media type of the answer.
        key: A key of the service, or a token.

    Raises:
        AnOpsError: The service refused, or the model failed.
        CommandError: The service can't be reached, or is none of ours.
    """
    headers = {"Content-Type": media_type, "Accept": accept}
    if size is not None:
        headers["Content-Length"] = str(size)
    if urlsplit(url).hostname in LOOPBACK:
        headers["Accept-Encoding"] = (
            "identity"  # within a machine it takes longer to compress an answer than to send it
        )
    with talking_to(url, key) as client:

        def send() -> httpx.Response:
            sent = client.build_request(
                "POST", f"{url}/predict", content=iter(body()), params=list(options), headers=headers
            )
            return client.send(sent, stream=True)

        with closing(_when_ready(send)) as answer:
            kind = answer.headers.get("content-type", "").partition(";")[0]
            if answer.is_success and kind == accept:
                # whoever reads it closes it
                content = cast("BinaryIO", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
                for chunk in answer.iter_bytes():
                    content.write(chunk)
                content.seek(0)
                return ServedAnswer(content, _warnings(answer))
            answer.read()
    problem = _problem(answer)
    if problem is None:
        raise CommandError(
            f"{url} answered with status {answer.status_code}, which is not how a service of AnOps answers.",
            remedy="Another program may have this port: use the address that `ao serve` shows.",
            code=Code.SERVICE_ANSWER,
        )
    raise AnOpsError.of(problem)


def _when_ready(send: Callable[[], httpx.Response]) -> httpx.Response:
    """Send a request, and again for a while where the model is not ready: a reload takes a part of a second."""
    end = time.monotonic() + _READY_SECONDS
    while True:
        answer = send()
        if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > end:
            return answer
        answer.read()
        problem = _problem(answer)
        if problem is None or problem.code is not Code.NOT_READY:
            return answer
        answer.close()
        time.sleep(_PAUSE_SECONDS)


@contextmanager
def talking_to(url: str, key: str | None) -> Iterator[httpx.Client]:
    """Open a connection to a service, and say in words why there is none."""
    # A proxy of the company can't reach this computer's own ports.
    parts = urlsplit(url)
    trust = parts.hostname not in LOOPBACK
    try:
        with httpx.Client(verify=verification(url), trust_env=trust, timeout=_TIMEOUT, headers=with_key(key)) as client:
            yield client
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        if is_distrusted(error):
            raise CommandError(
                f"The certificate of {url} is not trusted: {str(error).rpartition('failed: ')[2]}.",
                remedy="Name the issuer's certificate with --ca-file FILE or ANOPS_CA_FILE, and the service "
                "as the certificate does.",
                code=Code.SERVICE_UNREACHABLE,
            ) from error
        raise CommandError(
            f"Can't reach {url}.",
            remedy="Start it with `ao serve` in the project's folder, or say where it is with `--url`."
            if not trust
            else "Check the address, and whether the service runs on that computer.",
            code=Code.SERVICE_UNREACHABLE,
        ) from error
    except httpx.HTTPError as error:
        raise CommandError(
            f"The connection to {url} broke before the answer arrived.",
            remedy="See the log of `ao serve`.",
            code=Code.SERVICE_UNREACHABLE,
        ) from error


def refused(answer: httpx.Response) -> httpx.Response:
    """Return an answer that is none of a refusal.

    Raises:
        AnOpsError: The service refused, or the model failed.
        CommandError: It is none of ours.
    """
    if answer.is_success:
        return answer
    problem = _problem(answer)
    if problem is None:
        raise CommandError(
            f"{answer.url} answered with status {answer.status_code}, which is not how a service of AnOps answers.",
            remedy="Another program may have this port: use the address that `ao serve` shows.",
            code=Code.SERVICE_ANSWER,
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
        code = Code[told["code"]]
        is_keyless = code is Code.UNAUTHENTICATED and "authorization" not in answer.request.headers
        return Problem(
            code=code,
            message=str(told["detail"]),
            faults=tuple(_fault(each) for each in told.get("errors", ())),
            more=int(told.get("more", 0)),
            remedy=_KEYLESS if is_keyless else told.get("remedy"),
            call=told.get("call"),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _fault(told: dict[str, Any]) -> Fault:
    return Fault(
        Code[told["code"]],
        str(told["message"]),
        column=told.get("column"),
        row=told.get("row"),
        expected=told.get("expected"),
        received=told.get("received"),
    )
