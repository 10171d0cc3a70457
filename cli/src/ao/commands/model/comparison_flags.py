"""The flags of commands that compare two versions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Rows with their outcome (CSV); by default those of `[tracking]`.", show_default=False
    ),
]
Target = Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of the outcome.", show_default=False)]
Metric = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="What is compared: rmse, mae, log_loss, brier, roc_auc, accuracy.", show_default=False
    ),
]
