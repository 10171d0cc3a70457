"""What a worker says of itself when its model is loaded."""

from __future__ import annotations

import msgspec

from anops_worker.isolating.isolation import Isolation  # noqa: TC001  msgspec reads the annotations


class Ready(msgspec.Struct, frozen=True):
    """What a worker says of itself when its model is loaded.

    Attributes:
        name: The model's name.
        version: The model's version.
        description: One sentence about the model.
        language: What it is written in.
        schema: The contract, as `Schema.to_json` writes it.
        row_independent: Whether rows may be batched with others.
        max_batch_rows: The largest number of rows in a batch.
        versions: Of the language and the packages.
        example: A few rows that predict, as JSON records.
        digest: Which fit it is; see `anops_project.digest`.
        has_reference: Whether it is tried with the project's reference rows, not with rows made from its schema.
        isolation: What the model's code is kept from.
        metrics: Figures of the project's own, as JSON; empty: none.
        series: `[series]` as JSON; empty: the model forecasts none.
        fitted: When it was fitted; empty: unknown.
        fitted_on: On what; empty: unknown.
    """

    name: str
    version: str
    description: str
    language: str
    schema: str
    row_independent: bool
    max_batch_rows: int
    versions: dict[str, str]
    example: str
    digest: str
    has_reference: bool
    isolation: Isolation
    metrics: str = ""
    series: str = ""
    fitted: str = ""
    fitted_on: str = ""
