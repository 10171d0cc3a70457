"""The options by which a person says what looking at a model may take, the same for every command that looks."""

from __future__ import annotations

from typing import Annotated

import typer

LookSecondsOption = Annotated[
    float | None,
    typer.Option(
        "--max-seconds",
        min=1,
        metavar="N",
        help="How long looking at the model may take; by default 300 seconds.",
    ),
]
MemoryOption = Annotated[
    float | None,
    typer.Option(
        "--max-memory-gb",
        min=0.1,
        metavar="N",
        help="How much memory the model may take; by default three quarters of what is free.",
    ),
]
