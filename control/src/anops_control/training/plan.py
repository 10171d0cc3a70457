"""What one run of a training is to do, written for the language that does its steps."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from time import time
from typing import TYPE_CHECKING, Any

from anops_project import own_code

from anops_control.run_lines import LineKind, RunLine
from anops_control.training.config_file import flat
from anops_control.training.r_values import r_value

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.sections.project import Language

STEPS = ("load_data", "split_data", "build_pipeline", "train_model", "evaluate", "save_model")
"""The steps of a training, in their order."""
FITTED = "fitted.csv"
"""The rows that the model is fitted on, in the folder of the run; of very many some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What one run is to do.

    Attributes:
        folder: The project's folder.
        language: What its steps are written in.
        code: The file with the steps, from the project's folder on.
        workflow: Which of several workflows in it; None where there is one.
        config: What the steps read of the configuration.
        seed: The seed of random numbers.
        run: The folder of the run.
        artifact: Where the fitted model goes, in that folder.
    """

    folder: Path
    language: Language
    code: str
    workflow: str | None
    config: dict[str, Any]
    seed: int
    run: Path
    artifact: str
    steps: tuple[str, ...] = field(default=STEPS)

    @property
    def file(self) -> Path:
        """The file that the steps read."""
        return self.run / ("plan.R" if self.language == "r" else "plan.json")

    @property
    def lines(self) -> Path:
        """The file of what the steps tell."""
        return self.run / "lines.jsonl"

    def write(self) -> None:
        """Write the file of the plan, and what it needs beside it."""
        for name in ("state", "logs"):
            (self.run / name).mkdir(parents=True, exist_ok=True)
        told = {key: value for key, value in asdict(self).items() if key not in {"run", "steps", "language"}}
        told |= {
            "folder": str(self.folder),
            "state": str(self.run / "state"),
            "artifact": str(self.run / self.artifact),
            "lines": str(self.lines),
            "fitted": str(self.run / FITTED),
            "seeds": seeds(self.seed),
        }
        if self.language == "python":
            told["own_code"] = own_code.__file__
        text = r_value(told) if self.language == "r" else json.dumps(told, ensure_ascii=False)
        self.file.write_text(text + "\n", encoding="utf-8")

    def tell(self) -> None:
        """Tell the parameters of the run, as its first lines: the configuration, and the seed."""
        told = {**flat(self.config), "seed": self.seed}
        lines = [RunLine(kind=LineKind.PARAMETER, name=name, value=value, time=time()) for name, value in told.items()]
        with self.lines.open("a", encoding="utf-8") as opened:
            opened.writelines(json.dumps(line.to_dict(), ensure_ascii=False) + "\n" for line in lines)


def seeds(seed: int) -> dict[str, int]:
    """Return a seed for each step: a step that is done anew draws what it drew, whatever came before it."""
    return {step: int(hashlib.sha256(f"{seed}/{step}".encode()).hexdigest()[:8], 16) >> 1 for step in STEPS}
