"""The flow of a training, the same for R and Python: each step asks the host of `ao train` to do it."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

from metaflow import FlowSpec, Parameter, card, current, step
from metaflow.cards import Image, Markdown, Table


class StepFailedError(Exception):
    """A step did not do what it must; its host has told why."""


def do(name: str) -> dict[str, Any]:
    """Let the host do a step."""
    with socket.socket(socket.AF_UNIX) as host:
        host.connect(os.environ["ANOPS_STEP_HOST"])
        host.sendall(json.dumps({"step": name}).encode() + b"\n")
        with host.makefile("rb") as answers:
            answer: dict[str, Any] = json.loads(answers.readline() or b'{"ok": false, "message": "ao ended"}')
    if not answer["ok"]:
        raise StepFailedError(answer["message"])
    return answer


class Training(FlowSpec):
    """Load data, split them, build a pipeline, train it, evaluate the model, save it."""

    training = Parameter("training", help="The folder of the run in `.anops/training`.", default="")

    @step(start=True)
    def load_data(self) -> None:
        """Load the data."""
        self.seconds = {"load_data": do("load_data")["seconds"]}
        self.next(self.split_data)

    @step
    def split_data(self) -> None:
        """Split them into those to train on and those to evaluate on."""
        self.seconds |= {"split_data": do("split_data")["seconds"]}
        self.next(self.build_pipeline)

    @step
    def build_pipeline(self) -> None:
        """Build what is to be fitted."""
        self.seconds |= {"build_pipeline": do("build_pipeline")["seconds"]}
        self.next(self.train_model)

    @step
    def train_model(self) -> None:
        """Fit it."""
        self.seconds |= {"train_model": do("train_model")["seconds"]}
        self.next(self.evaluate)

    @step
    def evaluate(self) -> None:
        """Evaluate the model."""
        answer = do("evaluate")
        self.seconds |= {"evaluate": answer["seconds"]}
        self.metrics = answer["metrics"]
        self.next(self.save_model)

    @card(type="blank")
    @step(end=True)
    def save_model(self) -> None:
        """Save the model, and show the run on its card."""
        self.seconds |= {"save_model": do("save_model")["seconds"]}
        run = Path(os.environ["ANOPS_TRAINING_RUN"])
        record = json.loads((run / "run.json").read_text(encoding="utf-8"))
        page = current.card
        page.append(Markdown(f"# Training {run.name}"))
        page.append(Markdown(f"`{record['code']}`, seed {record['seed']}, started {record['started']}"))
        page.append(Markdown("## Metrics"))
        page.append(Table([[name, str(value)] for name, value in self.metrics.items()], headers=["Metric", "Value"]))
        if record["config"]:
            page.append(Markdown("## Configuration"))
            values = [[str(key), json.dumps(value, ensure_ascii=False)] for key, value in record["config"].items()]
            page.append(Table(values, headers=["Key", "Value"]))
        page.append(Markdown("## Steps"))
        page.append(Table([[name, f"{took:.2f} s"] for name, took in self.seconds.items()], headers=["Step", "Took"]))
        for name, file in figures(run / "lines.jsonl"):
            page.append(Markdown(f"## {name}"))
            page.append(Image(file.read_bytes(), label=name))


def figures(lines: Path) -> list[tuple[str, Path]]:
    """Return the figures that the steps told of and that a card can show."""
    found = {}
    for line in lines.read_text(encoding="utf-8").splitlines() if lines.exists() else ():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if told.get("kind") == "figure" and str(told.get("path", "")).lower().endswith((".png", ".jpg", ".jpeg")):
            file = Path(told["path"])
            if file.is_file():
                found[told["name"]] = file
    return list(found.items())


if __name__ == "__main__":
    Training()
