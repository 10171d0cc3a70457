"""A server of PostgreSQL for tests, as a process of this machine."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


@contextmanager
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run it, and give its address; of several test processes one makes its files at a time, or the other fails."""
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


def empty_database(server: str) -> str:
    """Make a database, and return its address."""
    import psycopg  # noqa: PLC0415

    name = f"s{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return server.replace("/postgres?", f"/{name}?")
