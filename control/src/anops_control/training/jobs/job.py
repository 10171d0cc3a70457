"""What a job is: the image whose container does the steps of a training, and how that is started."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_project import own_code

from anops_control.training.hosting import StepProgram, step_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_project.sections.project import Language

    from anops_control.training.plan import TrainingPlan

FOLDER = "job"
"""Of a run: what its container and this computer exchange."""
_PASSED = ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "ANOPS_MLFLOW_ARTIFACTS", "MLFLOW_DISABLE_TELEMETRY")
_LACKING = {
    "python": "Name `{}` in requirements.txt and build the image again, with `ao build`.",
    "r": "Name `{}` in DESCRIPTION and build the image again, with `ao build`.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Where the steps of a training run.

    Attributes:
        provider: What the person named.
        image: The image's ID.
        name: What it is called.
        cpus: How many processors its container may use; None for all.
        memory_bytes: How much memory; None for all.
    """

    provider: str
    image: str
    name: str
    cpus: float | None = None
    memory_bytes: int | None = None

    def program(self, plan: TrainingPlan, environ: Mapping[str, str]) -> StepProgram:
        """Return what does the steps of a run: a program here, which has them done in a container.

        Args:
            plan: The run; its folder is there.
            environ: The environment variables of the steps.
        """
        inside = step_program(plan, Path("python"))
        place = plan.run / FOLDER
        (place / "tmp").mkdir(parents=True, exist_ok=True)
        variables = {**inside.variables, **{name: environ[name] for name in _PASSED if name in environ}}
        sources = [str(Path(inside.command[-1] if plan.language == "r" else inside.command[1]).parent)]
        told = ContainerOrder(
            run=plan.run.name,
            image=self.image,
            name=self.name,
            command=inside.command,
            # what `tempfile()` gives is read and written by `ao` here as well
            environment={**variables, "HOME": "/tmp", "USER": "anops", "TMPDIR": str(place / "tmp")},  # noqa: S108  inside
            folder=str(plan.folder),
            read_only=[*sources, str(Path(own_code.__file__).parent)],
            plan=str(plan.file),
            place=str(place),
            language=plan.language,
            user=f"{os.getuid()}:{os.getgid()}",
            cpus=self.cpus,
            memory_bytes=self.memory_bytes,
        )
        order = place / "order.json"
        order.write_text(json.dumps(asdict(told)), encoding="utf-8")
        command = [sys.executable, "-P", "-m", "anops_control.training.jobs.container", str(order)]
        return StepProgram(command, inside.variables, _LACKING[plan.language])


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerOrder:
    """What a container is to be like.

    Attributes:
        run: The run, by which its container is found.
        image: The image's ID.
        name: What it is called.
        command: The program that does the steps, inside.
        environment: Its environment variables.
        folder: The project, which it sees under the same path.
        read_only: Further folders that it sees, and can't change.
        plan: A file of the project that must be seen inside.
        place: The folder in which it asks `ao` for what it needs.
        language: What the steps are written in.
        user: Who they run as.
        cpus: How many processors it may use.
        memory_bytes: How much memory.
    """

    run: str
    image: str
    name: str
    command: list[str]
    environment: dict[str, str]
    folder: str
    read_only: list[str]
    plan: str
    place: str
    language: Language
    user: str
    cpus: float | None
    memory_bytes: int | None
