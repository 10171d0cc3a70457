"""What the log of predictions holds of a version and its challenger since both answer side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.log_file import OtherFormError, is_there
from anops_model_interface.logged_rows import Logged, join, take
from anops_model_interface.outcome_log import OutcomeStore
from anops_model_interface.prediction_log import SHADOW, PredictionStore

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from anops_model_interface.log_file import LogPlace
    from anops_model_interface.logged_rows import LoggedRow

    from anops_control.rollouts.losses import Scale


@dataclass(slots=True)
class Observed:
    """What both versions were asked, and what came true.

    Attributes:
        answered: The rows that were answered to callers, of both.
        beside: The rows that the challenger has answered as a shadow.
        requests: How many requests each version has answered, by digest.
        failures: How many each has failed on, by version and code.
        without_values: How many rows were kept without their values.
    """

    answered: list[LoggedRow] = field(default_factory=list)
    beside: list[LoggedRow] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    failures: dict[str, Counter[str]] = field(default_factory=dict)
    without_values: int = 0


@dataclass(frozen=True, slots=True)
class Units:
    """What a comparison rests on: of a split its units, of a shadow the rows that both have predicted.

    Attributes:
        losses: Of a split the loss of each unit; of a shadow, how much smaller the challenger's is than the champion's.
        challenger: Of a split, whether the challenger has answered it; None: it is a shadow.
    """

    losses: np.ndarray
    challenger: np.ndarray | None


def observed(place: LogPlace, since: float) -> Observed:
    """Read what the log holds of an environment's two versions.

    Args:
        place: The log.
        since: From when on, in seconds since 1970.

    Raises:
        CommandError: The log can't be read.
    """
    found = Observed()
    try:
        if not is_there(place):
            return found
        store, outcomes = PredictionStore(place, only_read=True), OutcomeStore(place, only_read=True)
        try:
            for role, rows in (("", found.answered), (SHADOW, found.beside)):
                logged = Logged()
                pieces = list(store.between(since, float("inf"), role=role))
                found.requests.update({each.request_id: each.digest for each in pieces}.values())
                take(logged, pieces)
                join(logged, outcomes.all())
                rows.extend(logged.rows)
                found.without_values += logged.without_values
            for version, code, count in store.failures(since):
                found.failures.setdefault(version, Counter())[code] += count
        finally:
            store.close()
            outcomes.close()
    except (OSError, OtherFormError) as error:
        raise CommandError(f"The prediction log can't be read: {error}", code=Code.STORE_UNUSABLE) from error
    return found


def known(rows: list[LoggedRow]) -> list[LoggedRow]:
    """Return the rows whose outcome is known."""
    return [row for row in rows if row.outcome is not None]


def assigned(rows: list[LoggedRow]) -> list[LoggedRow]:
    """Return the rows whose version a split has chosen: of others nobody knows why it was this one."""
    return [row for row in rows if row.unit]


def pairs_of(found: Observed, scale: Scale, champion: str) -> Units:
    """Return the rows that a shadow has predicted beside the champion, in the order in which they came.

    Args:
        found: What the log holds.
        scale: What they are measured by.
        champion: The champion's digest.
    """
    beside = {(row.request_id, row.row): row for row in known(found.beside)}
    both = [
        (row, beside[row.request_id, row.row])
        for row in known(found.answered)
        if row.digest == champion and (row.request_id, row.row) in beside
    ]
    improvements = scale.losses([one for one, _ in both]) - scale.losses([other for _, other in both])
    return Units(improvements[~np.isnan(improvements)], None)


def units_of(found: Observed, scale: Scale, champion: str, challenger: str) -> Units:
    """Return the units of a split with the mean loss of their rows, in the order in which they came.

    Args:
        found: What the log holds.
        scale: What they are measured by.
        champion: The champion's digest.
        challenger: The challenger's.
    """
    rows = [row for row in assigned(known(found.answered)) if row.digest in {champion, challenger}]
    losses = scale.losses(rows)
    sums: dict[tuple[str, bool], list[float]] = {}
    for row, loss in zip(rows, losses.tolist(), strict=True):
        if not np.isnan(loss):
            sums.setdefault((row.unit, row.digest == challenger), []).append(loss)
    means = np.array([float(np.mean(each)) for each in sums.values()])
    return Units(means, np.array([which for _, which in sums], dtype=bool))
