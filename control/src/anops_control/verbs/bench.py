"""Puts load on a running service, and says how many requests it answers, how fast, and what follows."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.looking.advice import advice
from anops_control.looking.figures import Samples
from anops_control.looking.load import put
from anops_control.looking.served import served
from anops_control.predicting.client import LOOPBACK, refused
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events
    from anops_control.looking.load import Load
    from anops_control.looking.served import Served

MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRequest:
    """Which service is asked, and how hard."""

    folder: Path
    """The project whose service it is; a folder that is in no project: the service at port 8080."""
    url: str | None = None
    """Where it is; by default the one that serves this project, else at the port of ao.toml."""
    callers: tuple[int, ...] = (1, 4, 16, 64)
    """How many ask at the same time: one step for each number."""
    seconds: float = 2.0
    """How long each step takes."""
    rows: int = 1
    """How many rows a request has: the model's example rows, again and again."""
    key: str | None = field(default=None, repr=False)
    """A key with the scopes `predict` and `metadata`, where the service needs one; it is not kept."""
    ca_file: Path | None = None
    """Certificates of authorities that are trusted over HTTPS; by default those that the system trusts."""


@dataclass(frozen=True, slots=True)
class BenchResult:
    """What came of it.

    Attributes:
        url: The service.
        model: Its model: name, version, digest.
        rows: How many rows a request had.
        steps: For each number of callers: answers a second, times in milliseconds, failures by status.
        model_share: Which part of the time of a lone request the model took; None where the service does not say.
        advice: What follows.
    """

    url: str
    model: dict[str, Any]
    rows: int
    steps: list[dict[str, Any]]
    model_share: float | None
    advice: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def run(request: BenchRequest, events: Events) -> BenchResult:
    """Put load on it.

    Raises:
        AnOpsError: The service refuses the example rows.
        CommandError: It can't be reached, or what is wanted can't be.
    """
    _look_at(request)
    with telling(events), served(request.folder, request.url, request.key, request.ca_file) as service:
        card = service.card()
        body = json.dumps({"data": list(islice(cycle(card["example"]["data"]), request.rows))}).encode()
        headers = {"Content-Type": "application/json"}
        refused(service.client.post(f"{service.url}/predict", content=body, headers=headers))
        steps, share = [], None
        for number, callers in enumerate(request.callers):
            events.doing(f"{callers} caller{'s' if callers > 1 else ''} for {request.seconds:g} s")
            before = _sums(service) if number == 0 else None
            load = put(service.url, [body], callers=callers, seconds=request.seconds, key=service.key)
            if before is not None:
                share = _share(before, _sums(service))
            steps.append(_step(load))
    local = urlsplit(service.url).hostname in LOOPBACK
    follows = advice(
        steps,
        workers=int(card.get("workers") or 1),
        processors=len(os.sched_getaffinity(0)) if local and hasattr(os, "sched_getaffinity") else None,
        row_independent=bool(card.get("row_independent")),
        rows=request.rows,
        model_share=share,
    )
    model = {key: card.get(key) for key in ("name", "version", "digest")}
    return BenchResult(service.url, model, request.rows, steps, share, follows)


def _look_at(request: BenchRequest) -> None:
    for name, values, most in (("callers", request.callers, 1000), ("rows", (request.rows,), MOST_ROWS)):
        if not values or any(not 1 <= value <= most for value in values):
            raise CommandError(f"`{name}` must be between 1 and {most}.", code=Code.USAGE)
    if not 0.1 <= request.seconds <= 600:
        raise CommandError("`seconds` must be between 0.1 and 600.", code=Code.USAGE)


def _step(load: Load) -> dict[str, Any]:
    at_most = {f"p{part}_ms": load.at_most(part / 100) for part in (50, 95, 99)}
    return {
        "callers": load.callers,
        "per_second": round(load.per_second, 1),
        **{name: None if each is None else round(each * 1000, 2) for name, each in at_most.items()},
        "failures": {str(status): count for status, count in sorted(load.failures.items())},
    }


def _sums(service: Served) -> tuple[float, float] | None:
    """Return how long models and whole requests took until now; None where the service does not say."""
    answer = service.client.get(f"{service.url}/metrics")
    if not answer.is_success:
        return None
    samples = Samples.of(answer.text)
    return samples.total("anops_model_seconds_sum"), samples.total("anops_request_seconds_sum")


def _share(before: tuple[float, float] | None, after: tuple[float, float] | None) -> float | None:
    if before is None or after is None or after[1] <= before[1]:
        return None
    return round((after[0] - before[0]) / (after[1] - before[1]), 3)


VERB = Verb("bench", "Put load on a running service, and say how to set it up for that.", BenchRequest, run)
