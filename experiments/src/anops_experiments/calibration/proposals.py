"""What was proposed, who tries it, and what came of it: a table that all searchers of a study share."""

from __future__ import annotations

import json
import os
import socket
import time
import uuid
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError

from anops_experiments.calibration.contracts import Proposal
from anops_experiments.tasks import canonical, digest_of_params

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from anops_experiments.calibration.contracts import Outcome
    from anops_experiments.tasks import Scalar

SCHEMA = sql.MetaData()
_PROPOSALS = sql.Table(
    "anops_proposals", SCHEMA,
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


class Proposals:
    """The proposals of a study.

    Args:
        engine: How the database is reached.
        study: The study.
        lease: After how many seconds without a sign of life a proposal is given to another.
    """

    def __init__(self, engine: sql.Engine, study: str, lease: float) -> None:
        self._engine = engine
        self._study = study
        self._lease = lease

    def rows(self, *, briefly: bool = False) -> list[dict[str, Any]]:
        """Return all that was proposed, in its order, with what came of it; briefly without what was simulated."""
        columns = [each for each in _T if not briefly or each.name != "simulated"]
        with self._engine.connect() as connection:
            asked = sql.select(*columns).where(_T.study == self._study).order_by(_T.number)
            found = connection.execute(asked).mappings()
            return [dict(each) | {"params": json.loads(each["params"])} for each in found]

    def lease(self, number: int, trial: int | None, params: Mapping[str, Scalar]) -> Proposal | None:
        """Take a proposal; None where another has that number, or these parameters."""
        plain = canonical(params)
        token = uuid.uuid4().hex
        row = {
            "study": self._study, "number": number, "trial": trial, "params_id": digest_of_params(plain),
            "params": json.dumps(plain), "token": token, "until": time.time() + self._lease, "state": "leased",
            "owner": _me(),
        }  # fmt: skip
        try:
            with self._engine.begin() as connection:
                connection.execute(sql.insert(_PROPOSALS).values(**row))
        except IntegrityError:
            return None
        return Proposal(number, plain, token)

    def take_over(self, n: int) -> list[Proposal]:
        """Take over at most so many proposals of which nothing was heard for too long."""
        taken: list[Proposal] = []
        for row in self.rows(briefly=True):
            if len(taken) >= n or row["state"] != "leased" or not _is_given_up(row):
                continue
            token = uuid.uuid4().hex
            same = sql.and_(
                _T.study == self._study, _T.number == row["number"], _T.token == row["token"], _T.state == "leased"
            )
            fresh = {"token": token, "until": time.time() + self._lease, "owner": _me()}
            with self._engine.begin() as connection:
                if connection.execute(sql.update(_PROPOSALS).where(same).values(**fresh)).rowcount == 1:
                    taken.append(Proposal(row["number"], row["params"], token))
        return taken

    def renew(self, proposals: Iterable[Proposal]) -> None:
        """Say that proposals are being worked on."""
        self._lasting(proposals, time.time() + self._lease)

    def give_back(self, proposals: Iterable[Proposal]) -> None:
        """Say that proposals are worked on no more."""
        self._lasting(proposals, 0.0)

    def settle(self, outcome: Outcome) -> bool:
        """Write down what came of a proposal, and say whether that was unknown until now."""
        told = {
            "state": "failed" if outcome.loss is None else "done", "loss": outcome.loss, "message": outcome.message,
            "simulated": json.dumps({name: np.asarray(runs).tolist() for name, runs in outcome.simulated.items()}),
        }  # fmt: skip
        open_still = sql.and_(_T.study == self._study, _T.number == outcome.number, _T.state == "leased")
        with self._engine.begin() as connection:
            return connection.execute(sql.update(_PROPOSALS).where(open_still).values(**told)).rowcount == 1

    def trial_of(self, number: int) -> int | None:
        """Return the number that Optuna gave to a proposal; None where it was not Optuna's."""
        asked = sql.select(_T.trial).where(_T.study == self._study, _T.number == number)
        with self._engine.connect() as connection:
            trial: int | None = connection.execute(asked).scalar_one()
        return trial

    def _lasting(self, proposals: Iterable[Proposal], until: float) -> None:
        tokens = [each.token for each in proposals]
        with self._engine.begin() as connection:
            mine = sql.and_(_T.study == self._study, _T.token.in_(tokens), _T.state == "leased")
            connection.execute(sql.update(_PROPOSALS).where(mine).values(until=until))


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_given_up(row: Mapping[str, Any]) -> bool:
    """Say whether nothing was heard for too long, or who has it was a process of this computer that has ended."""
    host, _, process = row["owner"].rpartition(":")
    has_ended = host == socket.gethostname() and not psutil.pid_exists(int(process))
    return has_ended or row["until"] <= time.time()
