"""What a look at a project's model found, asked for once and used by several rules of `ao check`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from anops_project.description import Description
from anops_project.examination.costs import Costs
from anops_project.examination.independence import Independence
from anops_project.examination.leftovers import Leftover
from anops_project.examination.option_trials import OptionTrial
from anops_project.reference import REFERENCE

from anops_control import model_process
from anops_control.shared_answer import SharedAnswer

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.project import Project

    from anops_control.budget import LimitError
    from anops_control.configuration import Configuration
    from anops_control.model_process import Reproduction


_PARTS = ("description", "independence", "reference", "costs", "leftovers", "units", "options", "packages")


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found out about a model; what could not be is None, and `failures` says why.

    Attributes:
        description: What the fitted object says of itself.
        independence: Whether a row's prediction depends on the rows beside it.
        reference: The answers to the reference rows by column, as JSON writes them.
        costs: Memory and time.
        leftovers: What the object holds beside what it needs.
        units: The columns of dates and times whose answers depend on the unit in which Python holds them.
        options: What is to be told of the options.
        language: The version of the language that loaded it.
        used: The packages it needs, with their versions.
        failures: The reason for each part that could not be found out.
        unfinished: The parts that were not reached before a limit.
        ended: Which limit, where one was reached.
    """

    description: Description | None = None
    independence: Independence | None = None
    reference: dict[str, list[Any]] | None = None
    costs: Costs | None = None
    leftovers: tuple[Leftover, ...] | None = None
    units: tuple[str, ...] = ()
    options: tuple[OptionTrial, ...] = ()
    language: str | None = None
    used: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()
    ended: LimitError | None = None

    @classmethod
    def read(cls, answer: dict[str, Any]) -> Examination:
        """Read what `anops_worker.examine` printed."""
        unfinished = frozenset(part for part in _PARTS if part not in answer)
        answer = {**dict.fromkeys(_PARTS), "failures": {}, **answer}
        packages = answer["packages"] or {}
        described = answer["description"]
        return cls(
            description=None if described is None else Description.from_json(msgspec.json.encode(described)),
            independence=msgspec.convert(answer["independence"], Independence | None),
            reference=None if answer["reference"] is None else answer["reference"]["columns"],
            costs=msgspec.convert(answer["costs"], Costs | None),
            leftovers=msgspec.convert(answer["leftovers"], tuple[Leftover, ...] | None),
            units=tuple(answer["units"] or ()),
            options=msgspec.convert(answer["options"] or (), tuple[OptionTrial, ...]),
            language=packages.get("language"),
            used=packages.get("used", {}),
            failures=answer["failures"],
            unfinished=unfinished,
            ended=answer.get("ended"),
        )


def examined(configuration: Configuration, *parts: str) -> Examination:
    """Examine a project's model; while its files stay as they are, once.

    Args:
        configuration: The project's.
        parts: What is needed of it.

    Raises:
        LimitError: A limit was reached before one of the parts was found out.
        AnOpsError: The model can't be loaded.
        CommandError: Its process can't be run, or died.
    """
    found = _examined(_Key.of(configuration.project))
    if found.ended is not None and not found.unfinished.isdisjoint(parts):
        raise found.ended
    return found


def reproduced(configuration: Configuration) -> Reproduction:
    """Let a project's model answer its reference rows; while its files stay as they are, once.

    Raises:
        AnOpsError: The model can't be loaded, or failed.
        CommandError: Its process can't be run, or died.
    """
    return _reproduced(_Key.of(configuration.project))


@dataclass(frozen=True, slots=True)
class _Key:
    """A project in the state of its files, so that what is known of another state is not taken for it."""

    state: tuple[tuple[str, int, int], ...]
    project: Project = field(compare=False)

    @classmethod
    def of(cls, project: Project) -> _Key:
        paths = [project.folder / "ao.toml", project.folder / REFERENCE, project.artifact, project.code]
        paths += [project.folder / name for name in project.model.files]
        return cls(tuple(_state(path) for path in paths if path is not None), project)


def _state(path: Path) -> tuple[str, int, int]:
    try:
        known = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), known.st_mtime_ns, known.st_size


_reproduced: SharedAnswer[_Key, Reproduction] = SharedAnswer(lambda key: model_process.reproduce(key.project))
_examined: SharedAnswer[_Key, Examination] = SharedAnswer(
    lambda key: Examination.read(model_process.examine(key.project))
)


def begin_examination(configuration: Configuration) -> None:
    """Examine a project's model now, so that who asks for it later waits for less; failures are told to them."""
    _examined.begin(_Key.of(configuration.project))


def begin_reproduction(configuration: Configuration) -> None:
    """Let a project's model answer its reference rows now, as `begin_examination` does."""
    _reproduced.begin(_Key.of(configuration.project))
