"""Follows what the engine tells while it builds, pulls or pushes."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anops_control.building.last_state import last_state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_control.events import Events

_STEP = re.compile(r"Step (?P<number>\d+)/(?P<all>\d+) : (?P<text>.*)", re.DOTALL)
_LASTING = {"FROM", "RUN", "COPY", "ADD"}
"""Instructions that may take long; all others only note something."""

_OF_THE_ENGINE = (" ---> ", "Removing intermediate container", "Successfully ")
_KEPT_LINES = 400
_TITLE_LENGTH = 90


class StepFailedError(Exception):
    """A step of a build failed.

    Attributes:
        step: The step, such as "Step 3/5: RUN pip install …"; empty where none had begun.
        lines: What it printed, at most its last few hundred lines.
        said: What the engine said.
    """

    def __init__(self, step: str, lines: Iterable[str], said: str) -> None:
        super().__init__(said)
        self.step = step
        self.lines = tuple(lines)
        self.said = said


def follow_build(told: Iterable[dict[str, Any]], events: Events) -> str:
    """Show the steps of a build.

    Args:
        told: What the engine tells.
        events: Where it is shown.

    Returns:
        The image's ID.

    Raises:
        StepFailedError: A step failed.
    """
    image, step, printed = "", "", _Printed(events)
    for event in told:
        if "error" in event:
            printed.flush()
            raise StepFailedError(step, printed.lines, str(event["error"]))
        if "aux" in event:
            image = event["aux"].get("ID", image)
        text = event.get("stream", "")
        begun = _STEP.match(text)
        if begun:
            step = title(f"Step {begun['number']}/{begun['all']}: {begun['text']}")
            printed = _Printed(events)
            if begun["text"].split(" ")[0].upper() in _LASTING:
                events.step(step)
        else:
            printed.add(text)
    return image


class _Printed:
    """What a step has printed; the engine cuts it anywhere, in the midst of lines too."""

    def __init__(self, events: Events) -> None:
        self.lines = deque[str](maxlen=_KEPT_LINES)
        self._events = events
        self._begun = ""

    def add(self, text: str) -> None:
        *whole, self._begun = (self._begun + text).split("\n")
        for line in map(last_state, whole):
            if line and not line.startswith(_OF_THE_ENGINE):
                self.lines.append(line)
                self._events.line(line)

    def flush(self) -> None:
        self.add("\n")


def title(text: str) -> str:
    """Return a text on one line, cut to a length that a person reads."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _TITLE_LENGTH else f"{flat[: _TITLE_LENGTH - 2]} …"


@dataclass(slots=True)
class Layers:
    """How far the layers are that come or go.

    Attributes:
        events: Where it is shown.
    """

    events: Events
    _done: dict[str, int] = field(default_factory=dict)
    _total: dict[str, int] = field(default_factory=dict)

    def show(self, event: dict[str, Any]) -> None:
        """Take in one event of a pull or a push."""
        detail, layer = event.get("progressDetail") or {}, event.get("id")
        if layer is None or not detail.get("total"):
            return
        self._total[layer] = detail["total"]
        self._done[layer] = min(detail.get("current", 0), detail["total"])
        self.events.amount(sum(self._done.values()), sum(self._total.values()))
