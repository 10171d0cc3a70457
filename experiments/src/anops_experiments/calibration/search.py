"""Proposes parameters by Optuna's samplers; what is proposed, and who tries it, is a table beside Optuna's own."""

from __future__ import annotations

import json
import os
import socket
import time
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
import psutil
import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from anops_experiments.calibration.contracts import Proposal
from anops_experiments.calibration.samplers import sampler_of
from anops_experiments.failures import ExperimentError
from anops_experiments.tasks import canonical, digest_of_params

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from anops_experiments.calibration.contracts import Outcome
    from anops_experiments.calibration.samplers import Sampler
    from anops_experiments.calibration.space import Space
    from anops_experiments.tasks import Scalar

_TRIES = 30
"""How often a proposal that is there already is made anew; then all that there is has been proposed."""
_OPENINGS = 20
_SCHEMA = sql.MetaData()
_PROPOSALS = sql.Table(
    "anops_proposals", _SCHEMA,
    sql.Column("study", sql.String(200), primary_key=True),
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("trial", sql.Integer),
    sql.Column("params_id", sql.String(64)),
    sql.Column("params", sql.Text),
    sql.Column("token", sql.String(32)),
    sql.Column("owner", sql.String(300)),
    sql.Column("until", sql.Float),
    sql.Column("state", sql.String(10)),
    sql.Column("loss", sql.Float),
    sql.Column("simulated", sql.Text),
    sql.Column("message", sql.Text),
    sql.UniqueConstraint("study", "params_id"),
)  # fmt: skip
_T = _PROPOSALS.c


class OptunaSearch:
    """Proposes parameters, in the form of `AdaptiveService`.

    Args:
        address: The database, as SQLAlchemy writes it: SQLite or PostgreSQL.
        study: What is asked for, by all who ask for the same.
        space: What is looked for.
        trials: How many proposals the sampler makes.
        refine: How many are made after that, near the best.
        nearby: Gives parameters near the best: a list for all of these that are to be made now.
        sampler: Which sampler.
        seed: Where chance begins.
        lease: After how many seconds without a word a proposal is given to another.
    """

    def __init__(
        self,
        address: str,
        study: str,
        space: Space,
        *,
        trials: int,
        refine: int = 0,
        nearby: Callable[[list[dict[str, Any]], int], list[dict[str, Scalar]]] | None = None,
        sampler: Sampler = "tpe",
        seed: int = 1,
        lease: float = 120.0,
    ) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.name = study
        self._space = space
        self._trials = trials
        self._refine = refine if nearby is not None else 0
        self._nearby = nearby
        self._sampler = sampler
        self._seed = seed
        self._lease = lease
        self._exhausted = False
        self._study = _opened(address, study)
        storage: Any = self._study._storage  # noqa: SLF001  Optuna has no other way to the storage that it opened
        self._engine: sql.Engine = getattr(storage, "_backend", storage).engine
        self._sweep()

    @property
    def total(self) -> int:
        """How many proposals there will be."""
        return self._trials + self._refine

    def close(self) -> None:
        """Close the connections."""
        _shut(self._study)

    def ask(self, n: int) -> list[Proposal]:
        """Give at most so many proposals, each to one who asks; none where there are none for now, or no more."""
        given = self._given_up(n)
        while len(given) < n:
            made = self._next()
            if made is None:
                break
            given.append(made)
        return given

    def renew(self, proposals: Iterable[Proposal]) -> None:
        """Say that proposals are being worked on."""
        self._lasting(proposals, time.time() + self._lease)

    def give_back(self, proposals: Iterable[Proposal]) -> None:
        """Say that proposals are worked on no more."""
        self._lasting(proposals, 0.0)

    def _lasting(self, proposals: Iterable[Proposal], until: float) -> None:
        tokens = [each.token for each in proposals]
        with self._engine.begin() as connection:
            mine = sql.and_(_T.study == self.name, _T.token.in_(tokens), _T.state == "leased")
            connection.execute(sql.update(_PROPOSALS).where(mine).values(until=until))

    def tell(self, outcomes: Iterable[Outcome]) -> int:
        """Hear outcomes, and return how many were new."""
        new = 0
        for each in outcomes:
            told = {
                "state": "failed" if each.loss is None else "done", "loss": each.loss, "message": each.message,
                "simulated": json.dumps({name: np.asarray(runs).tolist() for name, runs in each.simulated.items()}),
            }  # fmt: skip
            open_still = sql.and_(_T.study == self.name, _T.number == each.number, _T.state == "leased")
            with self._engine.begin() as connection:
                first = connection.execute(sql.update(_PROPOSALS).where(open_still).values(**told)).rowcount == 1
            if first:
                new += 1
                self._tell_optuna(each.number, each.loss)
        return new

    def finished(self) -> bool:
        """Whether there is an outcome of all that is to be proposed."""
        rows = self.rows(briefly=True)
        searched = sum(each["trial"] is not None for each in rows)
        complete = searched >= self._trials and len(rows) - searched >= self._refine
        return (complete or self._exhausted) and all(each["state"] != "leased" for each in rows)

    def rows(self, *, briefly: bool = False) -> list[dict[str, Any]]:
        """Return all that was proposed, in its order, with what came of it; briefly without what was simulated."""
        columns = [each for each in _T if not briefly or each.name != "simulated"]
        with self._engine.connect() as connection:
            found = connection.execute(sql.select(*columns).where(_T.study == self.name).order_by(_T.number)).mappings()
            return [dict(each) | {"params": json.loads(each["params"])} for each in found]

    def _given_up(self, n: int) -> list[Proposal]:
        """Take over proposals of which nothing was heard for too long."""
        taken: list[Proposal] = []
        for row in self.rows(briefly=True):
            if len(taken) >= n or row["state"] != "leased" or not _is_given_up(row):
                continue
            token = uuid.uuid4().hex
            same = sql.and_(
                _T.study == self.name, _T.number == row["number"], _T.token == row["token"], _T.state == "leased"
            )
            fresh = {"token": token, "until": time.time() + self._lease, "owner": _me()}
            with self._engine.begin() as connection:
                if connection.execute(sql.update(_PROPOSALS).where(same).values(**fresh)).rowcount == 1:
                    taken.append(Proposal(row["number"], row["params"], token))
        return taken

    def _next(self) -> Proposal | None:
        for attempt in range(_TRIES):
            rows = self.rows(briefly=True)
            number, searched = len(rows) + 1, sum(each["trial"] is not None for each in rows)
            if self._exhausted:
                return None
            trial, params = (
                self._sampled(number, attempt)
                if searched < self._trials
                else (None, self._near(rows, len(rows) - searched))
            )
            if params is None:
                return None
            if (made := self._leased(number, trial, params)) is not None:
                return made
            if trial is not None:
                self._study.tell(trial, state=optuna.trial.TrialState.FAIL)
        self._exhausted = True
        return None

    def _sampled(self, number: int, attempt: int) -> tuple[int, dict[str, Scalar]]:
        # a study that is opened again begins its sampler anew: with the same seed it would repeat its first draws
        seed = int(np.random.SeedSequence(self._seed, spawn_key=(number, attempt)).generate_state(1)[0])
        self._study.sampler = sampler_of(self._sampler, self._space, seed, self._seed, number - 1 + attempt)
        trial = self._study.ask(_distributions(self._space))
        return trial.number, {**self._space.fixed, **trial.params}

    def _near(self, rows: list[dict[str, Any]], at: int) -> dict[str, Scalar] | None:
        """Return parameters near the best, which is known when all that was searched is."""
        still = any(each["trial"] is not None and each["state"] == "leased" for each in rows)
        if at >= self._refine or self._nearby is None or still:
            return None
        made = self._nearby(self.rows(), self._refine)
        self._exhausted = not made
        return made[at] if at < len(made) else None

    def _leased(self, number: int, trial: int | None, params: Mapping[str, Scalar]) -> Proposal | None:
        """Take a proposal; None where another has that number, or these parameters."""
        plain = canonical(params)
        token = uuid.uuid4().hex
        row = {
            "study": self.name, "number": number, "trial": trial, "params_id": digest_of_params(plain),
            "params": json.dumps(plain), "token": token, "until": time.time() + self._lease, "state": "leased",
            "owner": _me(),
        }  # fmt: skip
        try:
            with self._engine.begin() as connection:
                connection.execute(sql.insert(_PROPOSALS).values(**row))
        except IntegrityError:
            return None
        return Proposal(number, plain, token)

    def _tell_optuna(self, number: int, loss: float | None) -> None:
        asked = sql.select(_T.trial).where(_T.study == self.name, _T.number == number)
        with self._engine.connect() as connection:
            trial = connection.execute(asked).scalar_one()
        if trial is None:
            return
        state = optuna.trial.TrialState.FAIL if loss is None else None
        # Optuna looks whether it was told before it writes: another searcher may tell it in between
        with suppress(optuna.exceptions.UpdateFinishedTrialError):
            self._study.tell(trial, loss, state=state, skip_if_finished=True)

    def _sweep(self) -> None:
        """Tell Optuna what it missed: whoever told it may have ended in between."""
        running = {each.number for each in self._study.get_trials(deepcopy=False) if not each.state.is_finished()}
        for row in self.rows(briefly=True) if running else ():
            if row["trial"] in running and row["state"] != "leased":
                self._tell_optuna(row["number"], row["loss"])


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_given_up(row: Mapping[str, Any]) -> bool:
    """Say whether nothing was heard for too long, or who has it was a process of this computer that has ended."""
    host, _, process = row["owner"].rpartition(":")
    has_ended = host == socket.gethostname() and not psutil.pid_exists(int(process))
    return has_ended or row["until"] <= time.time()


def _distributions(space: Space) -> dict[str, optuna.distributions.BaseDistribution]:
    made: dict[str, optuna.distributions.BaseDistribution] = {}
    for name, span in space.spans.items():
        if span.is_whole:
            made[name] = optuna.distributions.IntDistribution(int(span.low), int(span.high), log=span.is_log)
        else:
            made[name] = optuna.distributions.FloatDistribution(span.low, span.high, log=span.is_log)
    return made | {
        name: optuna.distributions.CategoricalDistribution(tuple(values)) for name, values in space.choices.items()
    }


def _shut(study: optuna.Study) -> None:
    storage: Any = study._storage  # noqa: SLF001  as above
    storage.remove_session()
    getattr(storage, "_backend", storage).engine.dispose()


def _opened(address: str, study: str) -> optuna.Study:
    """Open a study; where several do so at once in an empty database, one of them makes its tables."""
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
            _SCHEMA.create_all(storage.engine)
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
