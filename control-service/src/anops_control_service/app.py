"""The control service: all routes behind one front door."""

from __future__ import annotations

import errno
import fcntl
import logging
import sqlite3
import time
from contextlib import asynccontextmanager
from typing import IO, TYPE_CHECKING, Any

from anops_control.errors import CommandError
from anops_http.access.key_file import hash_of
from anops_http.request_ids import request_id_of
from anops_model_interface.codes import Code
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from anops_control_service.environments.kept import forget_unused
from anops_control_service.examples import with_examples
from anops_control_service.front_door import FrontDoor
from anops_control_service.jobs.runner import INTERRUPTED, Runner
from anops_control_service.jobs.store import Store
from anops_control_service.json_answers import JsonAnswer
from anops_control_service.problems import RefusedError, answer, problem
from anops_control_service.routes import documents, files, jobs, pages, verbs
from anops_control_service.token import token_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from anops_control_service.settings import Settings

log = logging.getLogger("anops")


def make_app(settings: Settings) -> FastAPI:
    """Make the service; jobs of a service that ended before are marked.

    Raises:
        CommandError: Others may read the token, or another service has the folder.
    """
    settings.own.mkdir(parents=True, exist_ok=True, mode=0o700)
    token = token_in(settings.own)
    held = _alone(settings.own / "lock")
    store = Store(settings.own / "jobs.sqlite")
    store.mark_interrupted(INTERRUPTED)
    forget_unused(settings.environments, time.time())
    runner = Runner(store, settings.jobs, settings.environments)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        await runner.close()
        store.close()
        held.close()

    app = FastAPI(
        title="AnOps control service",
        description="Everything that `ao` does, as jobs over REST. Each request carries the token.",
        version="v1",
        lifespan=life,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        default_response_class=JsonAnswer,
    )
    app.include_router(verbs.routes(settings, runner, store))
    app.include_router(jobs.routes(runner, store))
    app.include_router(files.routes(settings))
    app.include_router(documents.routes())
    app.include_router(pages.routes())
    described = app.openapi
    app.openapi = lambda: with_examples(described())  # type: ignore[method-assign]

    @app.get("/health", summary="Say that the service runs.")
    def health() -> dict[str, Any]:
        return {"status": "ok"}

    app.add_middleware(FrontDoor, own=settings.own, token_hash=hash_of(token), settings=settings.door)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(CommandError, _command_error)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(OSError, _os_error)
    app.add_exception_handler(sqlite3.OperationalError, _database_error)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _our_fault)
    return app


def _alone(path: Path) -> IO[str]:
    """Hold a folder for one service: a second one would take the jobs of the first for interrupted.

    Raises:
        CommandError: Another has it.
    """
    held = path.open("a")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise CommandError(
            f"Another control service is using the projects in {path.parents[1]}.",
            remedy="Use that one, or name another folder.",
            code=Code.PORT_UNUSABLE,
        ) from None
    return held


async def _refused(request: Request, error: Exception) -> Response:
    told = error.told if isinstance(error, RefusedError) else problem(str(error), code=Code.INTERNAL)
    return answer(told, request.scope)


async def _command_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, CommandError):
        return answer(problem(str(error), code=Code.INTERNAL), request.scope)
    told = problem(error.message, code=error.code, remedy=error.remedy, details=error.details)
    return answer(told, request.scope)


async def _unreadable(request: Request, error: Exception) -> Response:
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    details = [f"`{fault['loc'][-1]}`: {fault['msg']}" for fault in faults]
    return answer(problem("The request can't be read.", code=Code.USAGE, details=details), request.scope)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        headers = error.headers if isinstance(error, HTTPException) else None
        told = problem(f"{request.method} is not possible here.", code=Code.METHOD_NOT_ALLOWED)
        return answer(told, request.scope, headers)
    message = f"There is nothing at `{request.url.path[:200]}`."
    told = problem(message, code=Code.PATH_NOT_FOUND, remedy="See what there is: GET /v1/openapi.json")
    return answer(told, request.scope)


async def _os_error(request: Request, error: Exception) -> Response:
    number = error.errno if isinstance(error, OSError) else None
    if number in {errno.ENOSPC, errno.EDQUOT}:
        return answer(_full(), request.scope)
    if number == errno.ENAMETOOLONG:
        told = problem("The name of the file is too long.", code=Code.USAGE, remedy="Choose a shorter one.")
        return answer(told, request.scope)
    return await _our_fault(request, error)


async def _database_error(request: Request, error: Exception) -> Response:
    is_full = isinstance(error, sqlite3.Error) and error.sqlite_errorcode == sqlite3.SQLITE_FULL
    return answer(_full(), request.scope) if is_full else await _our_fault(request, error)


def _full() -> dict[str, Any]:
    remedy = "Free some space where the control service keeps its projects, and ask again."
    return problem("The disk of the control service is full.", code=Code.DISK_FULL, remedy=remedy, status=507)


async def _gone(request: Request, _: Exception) -> Response:
    return answer(problem("The request was cut off before its end.", code=Code.BODY_STALLED), request.scope)


async def _our_fault(request: Request, error: Exception) -> Response:
    request_id = request_id_of(request.scope)
    # the traceback has texts that were sent, so that it goes into no answer
    log.error("request %s failed", request_id, exc_info=error)
    remedy = f"Report it with the request id {request_id}, which finds it in the log."
    return answer(problem("AnOps itself failed on this request.", code=Code.INTERNAL, remedy=remedy), request.scope)
