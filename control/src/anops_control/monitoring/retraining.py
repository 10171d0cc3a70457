"""Refits a served model: trains, registers, compares with the version in use, and promotes where the rule allows.

Until it is promoted the project stays as it is: the new model is taken into a copy, which is registered.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.configuration import load
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.monitoring import telling as messages
from anops_control.monitoring.finding import require_log, watched
from anops_control.monitoring.log_rows import LogRows, written
from anops_control.monitoring.own_baseline import keep_own
from anops_control.monitoring.port import monitor
from anops_control.promoting.holding import release_of, require_free
from anops_control.promoting.promotion import Rule, looked_into, promoted
from anops_control.tracking.finding import model_of
from anops_control.tracking.opening import FOLDER, kept, own_folder, place_of
from anops_control.training.plan import FITTED
from anops_control.training.request import TrainRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.monitoring.incidents import Incident, Incidents
    from anops_control.tracking.opening import TrackingPlace
    from anops_control.tracking.port import Version
    from anops_control.verbs.train import TrainResult

_FOLDER = "retraining"
_OUTCOME = "outcome"
_NOT_COPIED = (".git", ".anops", ".ao", ".venv", "renv", ".nox", "node_modules", "__pycache__")
_LENT = (".venv", "renv")
_KEPT_BACK = frozenset({Code.PROMOTION_REFUSED, Code.PROMOTION_HELD, Code.PROMOTION_OVERTAKEN})


@dataclass(frozen=True, slots=True)
class Retrained:
    """What became of it.

    Attributes:
        run: The run of the training.
        metrics: What its `evaluate` returned.
        version: The version that was registered.
        is_new: Whether it is another than the newest before.
        alias: The alias that it was to have.
        promoted: Whether it has it.
        says: Why, or why not.
        command: What a person types to promote it; None where it is promoted, or is worse than the rule asks for.
        release: What a person types before that, where the alias or the version is held; None where neither is.
        rows: Rows of the log that went into it; None where none did.
    """

    run: str
    metrics: dict[str, Any]
    version: Version
    is_new: bool
    alias: str
    promoted: bool
    says: str
    command: str | None
    release: str | None
    rows: LogRows | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "run": self.run,
            "metrics": self.metrics,
            "model": self.version.model,
            "version": self.version.number,
            "new": self.is_new,
            "alias": self.alias,
            "promoted": self.promoted,
            "says": self.says,
            "command": self.command,
            "release": self.release,
            "rows": None if self.rows is None else self.rows.to_dict(),
        }


def due(store: Incidents, configuration: Configuration, incidents: tuple[Incident, ...]) -> list[Incident]:
    """Return the open incidents for which the model is to be refitted now."""
    section, alerts = configuration.monitoring, configuration.alerts
    if section.retrain != "on-alert":
        return []
    causes = [each for each in incidents if each.retrained is None and alerts[each.alert].retrain]
    last = store.last_retrained()
    is_soon = last is not None and 0 <= time.time() - last < section.retrain_hours * 3600
    return [] if is_soon else causes


def retrained(folder: Path, events: Events, *, log: Path | None = None, because: str = "") -> Retrained:
    """Refit the model.

    Args:
        folder: The project's folder.
        events: Are told what is done.
        log: A log other than the project's.
        because: Why, for the version's description.

    Raises:
        CommandError: Another does so already, too few outcomes are known, or a step failed.
        AnOpsError: The new model fails on the reference rows; the project stays as it was.
    """
    from anops_control.verbs import train  # noqa: PLC0415  slow to import, and it imports this package

    configuration = load(folder)
    home, place = configuration.folder, place_of(configuration.folder)
    own = own_folder(home / FOLDER) / _FOLDER
    own.mkdir(exist_ok=True)
    with _alone(own):
        rows = _rows(configuration, place, own, log)
        trained = train.run(TrainRequest(folder=home, take_in=False), events)
        version, is_new = _registered(configuration, place, trained, because, own, events)
        passed, says, may_pass, release = _promoted(configuration, place, version, rows, events)
        if passed:
            _taken_in(home, trained, events)
    alias = configuration.monitoring.alias
    found = Retrained(
        run=trained.best,
        metrics=dict(next(run.metrics for run in trained.runs if run.name == trained.best)),
        version=version,
        is_new=is_new,
        alias=alias,
        promoted=passed,
        says=says,
        command=_command(version, alias, rows) if may_pass and not passed else None,
        release=release,
        rows=rows,
    )
    _tell(found, configuration, events)
    return found


@contextmanager
def _alone(own: Path) -> Iterator[None]:
    with (own / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                "The model is being fitted again already.", remedy="Wait for that to end.", code=Code.USAGE
            ) from None
        yield


def _rows(configuration: Configuration, place: TrackingPlace, own: Path, log: Path | None) -> LogRows | None:
    if configuration.monitoring.rows is None:
        return None
    with monitor() as who:
        found = watched(configuration.folder, log=log)
        known = who.baseline(found.baseline) if found.baseline.is_file() else {}
        target = place.section.target or known.get("target") or _OUTCOME
        return written(
            who, require_log(found), configuration.project, configuration.monitoring, target=str(target),
            holdout=own / "holdout.csv",
        )  # fmt: skip


def _registered(
    configuration: Configuration, place: TrackingPlace, trained: TrainResult, because: str, own: Path, events: Events
) -> tuple[Version, bool]:
    from anops_control.verbs.model import register  # noqa: PLC0415  as above
    from anops_control.verbs.refit import RefitRequest, run  # noqa: PLC0415  as above

    with telling(events), _copied(configuration.folder, own) as copy:
        run(RefitRequest(folder=copy, model=trained.model.resolve()), events)
        request = register.ModelRegisterRequest(
            folder=copy, description=f"Refitted. {because}".strip(), tags={"retrained": "yes"}
        )
        result = register.registered(load(copy).project, place, request, events)
    return result.version, result.is_new


@contextmanager
def _copied(home: Path, own: Path) -> Iterator[Path]:
    """Give a copy of a project whose files may be replaced, none of them written into: large ones are links."""
    with tempfile.TemporaryDirectory(dir=own, prefix="copy-") as stage:
        target = Path(stage) / home.name
        shutil.copytree(home, target, symlinks=True, ignore=shutil.ignore_patterns(*_NOT_COPIED), copy_function=_linked)
        for name in _LENT:
            if (home / name).is_dir():
                (target / name).symlink_to(home / name)
        yield target


def _linked(source: str, target: str) -> str:
    with suppress(OSError):
        os.link(source, target, follow_symlinks=False)
        return target
    return str(shutil.copy2(source, target, follow_symlinks=False))


def _promoted(
    configuration: Configuration, place: TrackingPlace, version: Version, rows: LogRows | None, events: Events
) -> tuple[bool, str, bool, str | None]:
    """Promote a version, or only compare it where a person is to be asked.

    Returns:
        Whether it is promoted, why or why not, whether a person may promote it, and what first releases it.
    """
    section = configuration.monitoring
    told: dict[str, Any] = {} if rows is None else {"data": rows.holdout, "target": rows.target}
    rule = Rule.of(place.section, place.home, **told)
    with telling(events), kept(place) as keeper:
        model = model_of(keeper, version.model)
        known = model.aliases
        if known.get(section.alias) == version.number:
            return True, f"Version {version.number} has `{section.alias}` already.", True, None
        if section.alias not in known:
            says = f"No version has `{section.alias}` yet, so there is none to compare it with."
            return False, says, True, release_of(model, version, section.alias)
        try:
            if section.promote == "if-better":
                says = str(promoted(place, keeper, version, section.alias, rule, events)["says"])
                return True, says, True, None
            require_free(model, version, section.alias)
            report, reasons = looked_into(place, keeper, version, section.alias, rule, events)
        except CommandError as error:
            if error.code not in _KEPT_BACK:
                raise
            says = " ".join([error.message, *error.details])
            release = release_of(model_of(keeper, version.model), version, section.alias)
            return False, says, error.code is not Code.PROMOTION_REFUSED, release
    compared = report.get("comparison", {}).get("says", "")
    if reasons:
        return False, f"It would not be promoted: {'; '.join(reasons)}", False, None
    says = f"It would be promoted{': ' if compared else ''}{compared}. It is waiting for a person to decide."
    return False, says, True, None


def _taken_in(home: Path, trained: TrainResult, events: Events) -> None:
    from anops_control.verbs.refit import RefitRequest, run  # noqa: PLC0415  as above

    run(RefitRequest(folder=home, model=trained.model), events)
    keep_own(home, trained.model.parent / FITTED, events, source=f"training {trained.best}")


def _command(version: Version, alias: str, rows: LogRows | None) -> str:
    words = ["ao", "model", "promote", f"{version.model}/{version.number}"]
    if alias != "champion":
        words += ["--alias", alias]
    if rows is not None:
        words += ["--data", f"{FOLDER}/{_FOLDER}/{rows.holdout.name}", "--target", rows.target]
    return shlex.join(words)


def _tell(found: Retrained, configuration: Configuration, events: Events) -> None:
    address = messages.addresses(configuration.monitoring).get("webhook")
    if address is None:
        return
    name = f"{found.version.model} version {found.version.number}"
    became = f"is {found.alias} now" if found.promoted else "is not promoted"
    failed = messages.post(
        address, {"status": "retrained", "text": f"Refitted: {name} {became}. {found.says}", **found.to_dict()}
    )
    if failed:
        events.warning(f"The webhook can't be notified: {failed}")
