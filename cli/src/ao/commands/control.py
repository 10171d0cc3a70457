"""`ao control`: everything that `ao` does, over REST, for programs of this computer."""

from __future__ import annotations

import contextlib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.errors import CommandError
from anops_control.file_failures import unwritable
from anops_model_interface.codes import Code

from ao import messages
from ao.presenting import signals_interrupt

if TYPE_CHECKING:
    from anops_http.door_settings import DoorSettings

EPILOG = """
Every command of `ao` is an endpoint, and each request to it a job that is kept. It listens on this computer alone, and
answers who brings its token, which is in a file that only you can read, a key of the file keys.toml beside that, or
a token of the identity provider that you name.

`ao control projects`  keep all projects in the folder `projects`

`ao control projects --port 0`  on any free port
"""


def control(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The folder of all projects; by default the current one.")
    ] = None,
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, metavar="N", help="The port; 0 takes any.")] = 8070,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, metavar="N", help="How many jobs run side by side.")] = 2,
    max_upload_mb: Annotated[
        int, typer.Option("--max-upload-mb", min=1, metavar="N", help="How large an uploaded file may be.")
    ] = 1024,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where it listens; elsewhere only with a certificate.")
    ] = "127.0.0.1",
    hosts: Annotated[
        str | None,
        typer.Option("--hosts", metavar="NAMES", help="Names under which it answers, separated by commas."),
    ] = None,
    https_certificate: Annotated[
        Path | None,
        typer.Option("--https-certificate", metavar="FILE", help="Its certificate, as PEM: it answers over HTTPS."),
    ] = None,
    https_key: Annotated[
        Path | None, typer.Option("--https-key", metavar="FILE", help="The private key of that certificate.")
    ] = None,
    jwt_issuer: Annotated[
        str | None,
        typer.Option("--jwt-issuer", metavar="URL", help="An identity provider whose tokens are accepted, too."),
    ] = None,
    jwt_audience: Annotated[
        str | None,
        typer.Option("--jwt-audience", metavar="NAME", help="The audience that those tokens must name: this service."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write a line of JSON to stdout when it is ready, for programs.")
    ] = False,
) -> None:
    """Serve all of AnOps over REST, until Ctrl-C.

    It prints the address, where the token is, and a line to try it.
    """
    from anops_control_service.server import serve  # noqa: PLC0415  FastAPI is slow to import
    from anops_control_service.settings import Settings  # noqa: PLC0415  the same
    from anops_http.hosts import is_loopback  # noqa: PLC0415  the same
    from anops_model_interface.certificates import CertificateError  # noqa: PLC0415  the same

    root = (folder or Path()).resolve()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(error, root) from error
    door = _door(
        hosts=hosts,
        https_certificate=https_certificate,
        https_key=https_key,
        jwt_issuer=jwt_issuer,
        jwt_audience=jwt_audience,
    )
    if not is_loopback(host) and not door.certificates:
        raise CommandError(
            f"On {host} other computers can ask, and anyone on the way could read their keys.",
            remedy="Give it a certificate with --https-certificate and --https-key, or let it listen on 127.0.0.1.",
            code=Code.USAGE,
        )
    settings = Settings(root, jobs, max_upload_mb << 20, host, door)

    def ready(url: str) -> None:
        token = settings.own / "token"
        if as_json:
            messages.result_line({"event": "ready", "url": url, "root": str(root), "token_file": str(token)})
            return
        messages.success(f"The control service listens on {url}; its projects are in {root}")
        messages.note(f"Its token is in {token}, which only you can read.")
        shown = shlex.quote(str(token))
        messages.next_step(f'Try it: curl -H "Authorization: Bearer $(cat {shown})" {url}/v1/projects')
        messages.plain("  Ctrl-C stops it.")

    try:
        with signals_interrupt(), contextlib.suppress(KeyboardInterrupt):
            serve(settings, port, ready)
    except CertificateError as error:
        raise CommandError(str(error), code=Code.FILE_UNREADABLE) from error
    except OSError as error:
        if error.filename is not None:  # of a port there is none
            raise unwritable(error, root) from error
        raise CommandError(
            f"Port {port} can't be used: {error.strerror}.",
            remedy="Choose another one, or let it take any: ao control --port 0",
            code=Code.PORT_UNUSABLE,
        ) from error


def _door(**flags: object) -> DoorSettings:
    from anops_http.door_settings import DoorSettings  # noqa: PLC0415  pydantic is slow to import
    from anops_model_interface.flags import complaints  # noqa: PLC0415  the same
    from pydantic import ValidationError  # noqa: PLC0415  the same

    try:
        return DoorSettings(**{name: value for name, value in flags.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        told = list(complaints(error))
        raise CommandError(told[0], details=told[1:], code=Code.USAGE) from error
