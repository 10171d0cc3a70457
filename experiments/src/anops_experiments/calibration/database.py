"""The database of a calibration: a study of Optuna, and our table beside it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import optuna
import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from anops_experiments.calibration.proposals import SCHEMA
from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENINGS = 20
"""How often it is tried to open a database that others open at the same time."""


def engine_of(study: optuna.Study) -> sql.Engine:
    """Return how the database of a study is reached."""
    storage: Any = study._storage  # noqa: SLF001  Optuna has no other way to the storage that it opened
    engine: sql.Engine = getattr(storage, "_backend", storage).engine
    return engine


def shut(study: optuna.Study) -> None:
    """Close the connections of a study."""
    storage: Any = study._storage  # noqa: SLF001  as in `engine_of`
    storage.remove_session()
    engine_of(study).dispose()


def opened(address: str, study: str) -> optuna.Study:
    """Open a study; where several do so at once in an empty database, one of them makes its tables.

    Args:
        address: The database, as SQLAlchemy writes it.
        study: Its name.

    Raises:
        ExperimentError: The database can't be used.
    """
    with _alone(address):
        return _tried(address, study)


@contextmanager
def _alone(address: str) -> Iterator[None]:
    """Let no other process open a study of PostgreSQL meanwhile: two that make the tables at once both fail.

    Raises:
        ExperimentError: The database can't be reached.
    """
    try:
        engine = sql.create_engine(address, poolclass=sql.pool.NullPool, connect_args=_arguments(address))
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sql.text("SELECT pg_advisory_lock(7390114)"))  # it ends with the connection
            yield
    except ImportError as error:
        raise ExperimentError(f"The database needs a package that is not there: {error}.") from error
    except sql.exc.SQLAlchemyError as error:
        raise ExperimentError(
            f"The database {_shown(address)} can't be used: {str(error).splitlines()[0]}.",
            remedy="Check the address; PostgreSQL is postgresql+psycopg://user@host/name.",
        ) from error


def _tried(address: str, study: str) -> optuna.Study:
    for attempt in range(_OPENINGS):
        storage: optuna.storages.RDBStorage | None = None
        try:
            storage = optuna.storages.RDBStorage(address, engine_kwargs={"connect_args": _arguments(address)})
            if storage.engine.dialect.name == "sqlite":
                sql.event.listen(storage.engine, "connect", _quick)
                storage.engine.dispose()
            SCHEMA.create_all(storage.engine)
            return optuna.create_study(
                storage=storage, study_name=study, direction="minimize", load_if_exists=True,
                sampler=optuna.samplers.RandomSampler(0),
            )  # fmt: skip
        except (IntegrityError, OperationalError, ProgrammingError, optuna.exceptions.StorageInternalError) as error:
            if storage is not None:
                storage.remove_session()
                storage.engine.dispose()
            if attempt == _OPENINGS - 1:
                raise ExperimentError(
                    f"The database {_shown(address)} can't be used: {str(error).splitlines()[0]}."
                ) from error
            time.sleep(0.05 * (attempt + 1))
    raise AssertionError


def _quick(connection: Any, _: object) -> None:  # noqa: ANN401  a connection of SQLite
    """What is committed outlives the process, and no commit waits for the disk."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _arguments(address: str) -> dict[str, Any]:
    return {"timeout": 60} if address.startswith("sqlite") else {"connect_timeout": 10}


def _shown(address: str) -> str:
    try:
        return sql.engine.make_url(address).render_as_string(hide_password=True)
    except sql.exc.ArgumentError:
        return "that was named"
