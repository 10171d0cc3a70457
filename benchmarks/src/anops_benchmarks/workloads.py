"""What is asked of every peer: a model, how many rows a body has, and how many connections ask."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MODELS = Path(__file__).parents[2] / "models"
"""Where the programs are that fit the models."""
Value = float | str
Rows = dict[str, list[Value]]
"""Columns by name, each with a value a row."""

CONNECTIONS = (1, 16, 64)


@dataclass(frozen=True)
class Column:
    """Where the values of a column come from.

    Attributes:
        low: The smallest value.
        high: The largest value.
        digits: Decimal places, as a measuring person writes them.
        values: The only values there are, where these are few.
        levels: How many levels it has, where it is a category.
    """

    low: float = 0.0
    high: float = 1.0
    digits: int = 1
    values: tuple[float, ...] = ()
    levels: int = 0

    def draw(self, source: random.Random) -> Value:
        """Return a value."""
        if self.levels:
            return f"level {source.randrange(self.levels):05d}"
        if self.values:
            return source.choice(self.values)
        return round(source.uniform(self.low, self.high), self.digits)


IRIS = {
    "sepal_length": Column(4.3, 7.9),
    "sepal_width": Column(2.0, 4.4),
    "petal_length": Column(1.0, 6.9),
    "petal_width": Column(0.1, 2.5),
}
FOREST = {f"x{number}": Column(0.0, 1.0, digits=4) for number in range(10)}
WIDE = {f"x{number}": Column(0.0, 1.0, digits=4) for number in range(1000)}
LEVELS = {"shop": Column(levels=20_000), "size": Column(0.0, 1.0, digits=4)}
CARS = {
    "wt": Column(1.6, 5.4, digits=3),
    "hp": Column(52, 330, digits=0),
    "cyl": Column(values=(4, 6, 8)),
}


@dataclass(frozen=True)
class Workload:
    """One kind of question.

    Attributes:
        name: What `--only` calls it.
        title: What it is.
        model: The folder of its model in `benchmarks/models/`.
        columns: The columns of a row.
        rows: How many rows a body has.
        bodies: How many different bodies are sent in turn.
        layout: Rows as records or as columns, where a peer takes both.
        connections: With how many connections it is asked.
        more_connections: And with how many by `--all`.
        starts: How often a peer is started to time it, where that is quick.
        least_seconds: How long a load takes at least, where an answer takes long.
        itself: Whether the model's own predict() is timed beside the services.
        decoding: Whether that time has the decoding of the body in it.
    """

    name: str
    title: str
    model: str
    columns: dict[str, Column]
    rows: int = 1
    bodies: int = 64
    layout: Literal["records", "columns"] = "records"
    connections: tuple[int, ...] = CONNECTIONS
    more_connections: tuple[int, ...] = ()
    starts: int = 1
    least_seconds: int = 1
    itself: bool = False
    decoding: bool = False

    @property
    def language(self) -> str:
        """The language of its model: `r` or `python`."""
        return "r" if (MODELS / self.model / "fit.R").exists() else "python"

    def draw(self) -> list[Rows]:
        """Return the rows of each body: the same in every run."""
        source = random.Random(self.name)  # noqa: S311  data, no secret
        return [
            {name: [column.draw(source) for _ in range(self.rows)] for name, column in self.columns.items()}
            for _ in range(self.bodies)
        ]


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("iris", "Logistic regression, iris, 1 row", "iris", IRIS, starts=3, itself=True),
        Workload(
            "forest", "Random forest, 100 trees, 1 row", "forest", FOREST, connections=(1, 64), more_connections=(16,)
        ),
        Workload("lm", "R `lm`, 1 row", "cars-lm", CARS, starts=3),
        Workload("glm", "R `glm`, 1 row", "cars-glm", CARS, connections=(64,), more_connections=(1, 16)),
        Workload(
            name="lm-rows",
            title="R `lm`, 1,000 rows as records",
            model="cars-lm",
            columns=CARS,
            rows=1_000,
            connections=(1,),
            more_connections=(16,),
            itself=True,
        ),
        Workload(
            name="lm-numeric-rows",
            title="R `lm` without `factor()`, 1,000 rows as records",
            model="cars-lm-numeric",
            columns=CARS,
            rows=1_000,
            connections=(1,),
            more_connections=(16,),
            itself=True,
        ),
        Workload(
            name="wide",
            title="Ridge regression, 1,000 columns, 1 row",
            model="wide",
            columns=WIDE,
            bodies=8,
            connections=(1,),
            more_connections=(16,),
            itself=True,
            decoding=True,
        ),
        Workload(
            name="levels",
            title="R regression tree, a category of 20,000 levels, 1 row",
            model="levels",
            columns=LEVELS,
            connections=(1,),
            more_connections=(16,),
            itself=True,
        ),
        Workload(
            name="iris-columns",
            title="Logistic regression, iris, 10,000 rows as columns",
            model="iris",
            columns=IRIS,
            rows=10_000,
            bodies=8,
            layout="columns",
            connections=(1,),
            more_connections=(16,),
            itself=True,
        ),
        Workload(
            name="forest-rows",
            title="Random forest, 10,000 rows as records",
            model="forest",
            columns=FOREST,
            rows=10_000,
            bodies=8,
            connections=(1,),
            more_connections=(16,),
            least_seconds=3,
            itself=True,
        ),
    )
}
