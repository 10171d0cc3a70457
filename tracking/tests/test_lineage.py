"""Lineage: from a request, an image, a version, a run or a dataset to all the others, in both languages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from anops_control.errors import CommandError
from anops_control.lineage.drawing import drawn
from anops_control.lineage.graph import Graph, Kind, Node
from anops_control.surroundings import Surroundings, surrounded
from anops_control.tracking.opening import PREDICTIONS
from anops_model_interface.codes import Code
from anops_model_interface.prediction_log import Prediction, PredictionStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Asked

R_CLIENT = "client/r/anops"
IN_R = 'for (file in list.files(Sys.getenv("R_CLIENT"), full.names = TRUE)) source(file); x <- data_read("cars")'
IN_PYTHON = 'import anops; anops.data("cars")'


@pytest.fixture
def without_an_engine() -> Iterator[None]:
    """The engine of a person may have an image of the example, under its name and digest."""
    with surrounded(Surroundings.of({"DOCKER_HOST": "unix:///nowhere/docker.sock"})):
        yield


@pytest.mark.usefixtures("without_an_engine")
@pytest.mark.parametrize("language", ["r", "python"])
def test_everything_leads_to_everything(
    language: str, project: Callable[[str], Asked], monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    asked = project(language)
    model = "model.rds" if language == "r" else "model.joblib"
    (asked.folder / "fit.R").write_text(IN_R)
    (asked.folder / "fit.py").write_text(IN_PYTHON)
    program = "Rscript --vanilla fit.R" if language == "r" else "python fit.py"
    with (asked.folder / "ao.toml").open("a") as toml:
        toml.write(f'\n[tasks.fit]\nrun = ["{program}", "cp {model} new; mv new {model}"]\ntrack = true\n')
    monkeypatch.setenv("R_CLIENT", str(pytestconfig.rootpath / R_CLIENT / "R"))
    (asked.folder / "cars.csv").write_text("x,y\n1,2\n")
    data = asked("data add", file=asked.folder / "cars.csv").stored
    asked("run", tasks=("fit",))
    (run,) = asked("runs list").runs
    version = asked("model register", alias="champion").version
    digest = version.tags["anops.digest"]
    store = PredictionStore(asked.folder / ".anops" / PREDICTIONS)
    name = asked.name
    given = {"model": name, "version": "1.0.0", "digest": digest}
    store.add([Prediction(request_id=f"request-{number}", time=time.time(), rows=3, **given) for number in (1, 2)])
    store.add([Prediction(request_id="elsewhere", time=time.time(), model="x", version="1", digest="sha256:0", rows=1)])
    store.close()

    chain = {f"data:cars/{data.version}", f"run:{run.id}", f"models:/{name}/1"}
    all_requests = f"requests:{digest}"
    for written in ("cars", f"cars/{data.version}", run.id[:6], "fit", f"{name}@champion", f"models:/{name}/1", name,
                    digest):  # fmt: skip
        told = asked("lineage", id=written).to_dict()
        assert {each["id"] for each in told["nodes"]} == chain | {all_requests}, written
    told = asked("lineage", id="request-2", draw=asked.folder / "drawn.svg").to_dict()
    assert told["start"] == "request:request-2"
    assert {each["id"] for each in told["nodes"]} == chain | {"request:request-2"}
    assert {each["relation"] for each in told["edges"]} == {"read", "fitted in", "answered by"}
    drawing = ET.parse(asked.folder / "drawn.svg").getroot()  # noqa: S314  our own
    assert {"cars", "fit"} <= {
        each.text.split()[0] for each in drawing.iter() if each.tag.endswith("text") and each.text
    }
    alone = asked("lineage", id="elsewhere").to_dict()
    assert {each["label"] for each in alone["nodes"]} == {"x 1, not registered", "elsewhere, 1 row"}

    asked("data add", file=asked.folder / "cars.csv", name="fit")
    with pytest.raises(CommandError, match="`fit` is the name of 2 things") as several:
        asked("lineage", id="fit")
    assert asked("lineage", id=str(several.value.remedy).rpartition(" ")[2]).start.label.startswith("fit ")
    for wrong, remedy in (
        ("request-3", "Did you mean `request-"),
        (f"{name}@champoin", f"Did you mean `{name}@champion`?"),
        ("crs", "Did you mean `cars`?"),
        (f"{name[:-1]}x/1", f"Did you mean `{name}/1`?"),
        (f"{name[:-1]}x", f"Did you mean `{name}`?"),
        (f"models:/{name}/7", f"Did you mean `models:/{name}/1`?"),
        ("runs:/fi", "Did you mean `runs:/fit`?"),
        (f"{run.id[:7]}{'0' if run.id[7] != '0' else '1'}", f"Did you mean `{run.id[:8]}`?"),
        (f"{data.version[:-1]}{'0' if data.version[-1] != '0' else '1'}", f"Did you mean `{data.version}`?"),
        ("req", "Did you mean `request-"),
    ):
        with pytest.raises(CommandError, match="is known") as failed:
            asked("lineage", id=wrong)
        assert failed.value.code is Code.ID_NOT_FOUND
        assert str(failed.value.remedy).startswith(remedy), wrong
        meant = str(failed.value.remedy).split("`")[1]
        assert asked("lineage", id=meant).to_dict()["nodes"], "what is suggested is known"
    with pytest.raises(CommandError, match="is known") as failed:
        asked("lineage", id="zzzzzzzz")
    known = " ".join(failed.value.details)
    assert "Known are, among others, " in known
    assert all(part in known for part in (f"`{name}/1` (model version)", "`fit` (run)", " (dataset)")), known


@pytest.mark.usefixtures("without_an_engine")
@pytest.mark.parametrize(("left", "says"), [(b"", False), (b"SQLite format 3\0" + bytes(4080), True)])
def test_a_log_without_a_table_holds_nothing_and_a_broken_one_is_told(
    project: Callable[[str], Asked], left: bytes, says: bool
) -> None:
    asked = project("python")
    asked("model register")
    (asked.folder / ".anops" / PREDICTIONS).write_bytes(left)
    assert any("Predictions were not checked" in each for each in asked("lineage", id=f"{asked.name}/1").notes) is says
    with pytest.raises(CommandError, match="Nothing of the id `0123456789abcdef` is known") as told:
        asked("lineage", id="0123456789abcdef")
    assert any("Predictions were not checked" in each for each in told.value.details) is says


def test_a_drawing_holds_names_of_every_kind(tmp_path: Path) -> None:
    del tmp_path
    graph = Graph()
    first = graph.add(Node("data:a<b>&c/1", Kind.DATASET, 'größe <&"> of a very long name that goes on and on', {}))
    second = graph.add(Node("run:1", Kind.RUN, "fit", {}))
    graph.connect(first, second, "read")
    graph.connect(second, first, "made by")  # a run that reads what it made
    root: Any = ET.fromstring(drawn(graph, second))  # noqa: S314  our own
    assert root.tag.endswith("svg")
