from __future__ import annotations

import fcntl
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """PostgreSQL; of several test processes one makes its files at a time, or the other fails."""
    with warnings.catch_warnings():  # of a machine without a folder for what runs
        warnings.simplefilter("ignore")
        import pgserver  # noqa: PLC0415

        with (tmp_path_factory.getbasetemp().parent / "postgresql.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # PostgreSQL is no root, and pytest shuts its folders to others whenever another session starts
            folder = Path(tempfile.mkdtemp(prefix="anops-postgresql-"))
            started = pgserver.get_server(folder, cleanup_mode="stop")
    yield str(started.get_uri())
    started.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'series.db'}"
    import psycopg  # noqa: PLC0415

    uri = request.getfixturevalue("server")
    name = f"s{uuid4().hex}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return str(uri).replace("/postgres?", f"/{name}?")
