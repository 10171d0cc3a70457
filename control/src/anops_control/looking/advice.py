"""What the figures of a load test say to who has to serve the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_OF_IT = 0.6
"""Beyond this share of a request's time, the model is what to look at."""

GROWS = 1.15
"""More callers pay where they get at least so many times as many answers."""

SLOW_SECONDS = 0.5
"""A single row that takes longer is slow for a person who waits."""


def advice(
    steps: Sequence[Mapping[str, Any]],
    *,
    workers: int,
    processors: int | None,
    row_independent: bool,
    rows: int,
    model_share: float | None,
) -> list[str]:
    """Say what to do.

    Args:
        steps: For each number of callers: `callers`, `per_second`, `p50_ms`, `p99_ms`, `failures`.
        workers: How many the service has.
        processors: How many this machine has, where the service runs on it; None: it is elsewhere.
        row_independent: Whether rows of several requests go to the model together.
        rows: How many rows a request had.
        model_share: Which part of the time of a lone request the model took; None: nobody knows.
    """
    told: list[str] = []
    if failed := [step for step in steps if step["failures"]]:
        codes = ", ".join(f"{count} with {_said(status)}" for status, count in failed[0]["failures"].items())
        told.append(
            f"At {failed[0]['callers']} callers not every request was answered ({codes}). "
            + (
                "429 says that the queue is full: give it more workers, or have callers wait and ask again."
                if "429" in failed[0]["failures"]
                else "The log of the service says why."
            )
        )
    answered = [step for step in steps if step["per_second"]]
    if not answered:
        return told
    best = max(answered, key=lambda step: step["per_second"])
    knee = next((step for step in answered if step["per_second"] * GROWS >= best["per_second"]), best)
    at_once = f"{knee['callers']} caller{'s' if knee['callers'] > 1 else ''} at once"
    beyond = ""
    if knee is not answered[-1]:
        beyond = f" That takes {at_once}; with more, each waits longer."
    elif len(answered) > 1:
        most = 4 * knee["callers"]
        beyond = f" That was {at_once}, the most that were tried; more may get more: `ao bench --callers {most}`."
    told.append(
        f"It answers about {best['per_second']:.0f} requests a second ({best['per_second'] * rows:.0f} rows).{beyond}"
    )
    if not row_independent:
        told.append(
            "Rows of several requests do not go to the model together, since `row_independent` is not true. "
            "`ao check --fix` finds out whether they may."
        )
    if model_share is not None and model_share > MOST_OF_IT:
        if processors is not None and workers < processors:
            held = f"there {'is 1 worker' if workers == 1 else f'are {workers} workers'}"
            told.append(
                f"The model takes {model_share:.0%} of the time, and {held} for {processors} "
                f"processors: set `workers = {processors}` under [service] in ao.toml."
            )
        else:
            told.append(
                f"The model takes {model_share:.0%} of the time: only a faster model, or more processors, would help."
            )
    elif model_share is not None and rows == 1:
        told.append(
            f"The model takes {model_share:.0%} of the time; the rest is the way to it. Many rows in one request cost "
            "little more than one: ask with `ao bench --rows 100` to see how much."
        )
    if answered[0]["p50_ms"] > SLOW_SECONDS * 1000:
        told.append(f"A lone request takes {answered[0]['p50_ms']:.0f} ms: a person who waits for it will notice.")
    return told


def _said(status: str) -> str:
    return "a broken connection" if status == "0" else f"status {status}"
