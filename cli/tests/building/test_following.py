from __future__ import annotations

import pytest
from anops_control.building.following import Layers, StepFailedError, follow_build
from anops_control.events import Event, EventKind, Events


class Written(Events):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(self._keep)
        self.kept: list[Event] = []

    def _keep(self, event: Event) -> None:
        self.kept.append(event)

    @property
    def steps(self) -> list[str]:
        return [event.text for event in self.kept if event.kind is EventKind.STEP]

    @property
    def lines(self) -> list[str]:
        return [event.text for event in self.kept if event.kind is EventKind.LINE]

    @property
    def amounts(self) -> list[tuple[int | None, int | None]]:
        return [(event.done, event.total) for event in self.kept if event.kind is EventKind.AMOUNT]


def test_steps_that_take_time_are_shown_and_the_image_is_returned() -> None:
    display = Written()
    events = [
        {"stream": "Step 1/3 : FROM debian"},
        {"stream": "\n"},
        {"stream": " ---> 939282ae48b5\n"},
        {"stream": "Step 2/3 : RUN pip install x"},
        {"stream": "\x1b[32mCollecting x\x1b[0m\n 10%\r 90%\rdone\n"},
        {"stream": "Step 3/3 : LABEL a=b"},
        {"aux": {"ID": "sha256:1234"}},
        {"stream": "Successfully built 1234\n"},
    ]
    assert follow_build(events, display) == "sha256:1234"
    assert display.steps == ["Step 1/3: FROM debian", "Step 2/3: RUN pip install x"]
    assert display.lines == ["Collecting x", "done"]


def test_a_failed_step_keeps_what_it_alone_has_printed() -> None:
    events = [
        {"stream": "Step 1/2 : RUN one"},
        {"stream": "of the first\n"},
        {"stream": "Step 2/2 : RUN two"},
        {"stream": "of the second\n"},
        {"errorDetail": {"code": 1}, "error": "returned a non-zero code: 1"},
    ]
    with pytest.raises(StepFailedError) as failed:
        follow_build(events, Written())
    assert failed.value.step == "Step 2/2: RUN two"
    assert failed.value.lines == ("of the second",)
    assert failed.value.said == "returned a non-zero code: 1"


def test_a_line_that_comes_in_pieces_is_one_line() -> None:
    events = [{"stream": "Step 1/1 : RUN x"}, {"stream": "E:"}, {"stream": " Unable to\nlast"}, {"error": "failed"}]
    with pytest.raises(StepFailedError) as failed:
        follow_build(events, Written())
    assert failed.value.lines == ("E: Unable to", "last")


def test_the_amounts_of_all_layers_are_added() -> None:
    display = Written()
    layers = Layers(display)
    layers.show({"status": "Preparing", "id": "a", "progressDetail": {}})
    layers.show({"status": "Pushing", "id": "a", "progressDetail": {"current": 50, "total": 100}})
    layers.show({"status": "Pushing", "id": "b", "progressDetail": {"current": 400, "total": 300}})
    assert display.amounts == [(50, 100), (350, 400)]
