"""The endpoints of projects and their files: list, send, fetch, and a whole project as an archive."""

from __future__ import annotations

import asyncio
import os
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from anops_control_service.json_answers import JsonAnswer
from anops_control_service.problems import RefusedError
from anops_control_service.projects import file_in, folder_of, leads_out

if TYPE_CHECKING:
    from anops_control_service.settings import Settings

_LEFT_OUT = frozenset({".venv", ".ao", "__pycache__", ".git"})
"""Folders that a project can make again."""


def routes(settings: Settings) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/v1/projects", tags=["projects"])

    @router.get("", summary="List the projects.")
    def listed() -> dict[str, Any]:
        found = (path for path in settings.root.iterdir() if path.is_dir() and not path.name.startswith("."))
        folders = sorted(path for path in found if not leads_out(settings.root, path))
        return {"projects": [{"name": path.name, "has_ao_toml": (path / "ao.toml").is_file()} for path in folders]}

    @router.get("/{project}", summary="List the files of a project.")
    def one(project: str) -> dict[str, Any]:
        folder = folder_of(settings.root, project)
        files = []
        for path in _files(folder):
            with suppress(FileNotFoundError):  # a job has removed it meanwhile
                files.append({"path": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size})
        return {"name": project, "files": files}

    @router.get("/{project}/archive", summary="Fetch a project as a .tar.gz, without its environment.")
    async def archive(project: str) -> FileResponse:
        folder = folder_of(settings.root, project)
        packed = await asyncio.to_thread(_packed, folder)
        return FileResponse(
            packed,
            filename=f"{project}.tar.gz",
            media_type="application/gzip",
            background=BackgroundTask(packed.unlink),
        )

    @router.put("/{project}/files/{path:path}", summary="Send a file of a project: its body is the file.")
    async def send(project: str, path: str, request: Request) -> Response:
        folder = folder_of(settings.root, project, must_exist=False)
        file = file_in(folder, path)
        made = not file.exists()
        size = await _received(request, file, settings.max_upload_bytes)
        return JsonAnswer({"path": file.relative_to(folder.resolve()).as_posix(), "bytes": size}, 201 if made else 200)

    @router.get("/{project}/files/{path:path}", summary="Fetch a file of a project.")
    def fetch(project: str, path: str) -> FileResponse:
        file = file_in(folder_of(settings.root, project), path)
        if not file.is_file():
            raise RefusedError(f"The project has no file `{path}`.", code=Code.PATH_NOT_FOUND)
        return FileResponse(file)

    return router


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not _LEFT_OUT & set(path.relative_to(folder).parts)
    )


def _packed(folder: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix="anops-", suffix=".tar.gz")
    try:
        with os.fdopen(handle, "wb") as target, tarfile.open(fileobj=target, mode="w:gz") as packed:
            for path in _files(folder):
                with suppress(FileNotFoundError):
                    packed.add(path, arcname=f"{folder.name}/{path.relative_to(folder).as_posix()}")
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)


async def _received(request: Request, file: Path, most: int) -> int:
    """Write a body into a file, which is there whole or stays as it was; return its size."""
    too_large = RefusedError(
        f"The file is larger than {most:,} bytes.", code=Code.BODY_TOO_LARGE, remedy="Start it with --max-upload-mb N."
    )
    if int(request.headers.get("content-length") or 0) > most:
        raise too_large
    kept = await asyncio.to_thread(_incoming, file)
    size = 0
    try:
        with kept.open("wb") as target:
            async for chunk in request.stream():
                size += len(chunk)
                if size > most:
                    raise too_large
                await asyncio.to_thread(target.write, chunk)
        await asyncio.to_thread(_take_over, kept, file)
    finally:
        await asyncio.to_thread(kept.unlink, missing_ok=True)
    return size


def _incoming(file: Path) -> Path:
    """Make an empty file beside one that is to come."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        message = f"`{file.parent.name}` is a file of the project, not a folder."
        raise RefusedError(message, code=Code.FILE_EXISTS) from None
    handle, name = tempfile.mkstemp(prefix=".incoming-", dir=file.parent)
    os.close(handle)
    return Path(name)


def _take_over(kept: Path, file: Path) -> None:
    if file.is_dir():
        raise RefusedError(f"`{file.name}` is a folder of the project.", code=Code.FILE_EXISTS)
    kept.chmod(0o644)
    kept.replace(file)
