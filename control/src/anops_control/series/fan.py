"""A fan chart: what was observed, and behind it the forecast with its intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.file_failures import unwritable
from anops_control.looking.picture import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fan:
    """What is drawn.

    Attributes:
        model: The model's name and version.
        value: What the values are called.
        observed: Times and values, in order.
        times: The times of the forecast; where the calendar isn't known, its steps.
        forecast: The point forecast.
        bands: For each level its lower and upper bounds.
        warnings: What the service said of the forecast.
        file: The file of the picture; None where there is none.
    """

    model: str
    value: str
    observed: list[tuple[str, float]]
    times: list[str | int]
    forecast: list[float | None]
    bands: dict[str, tuple[list[float | None], list[float | None]]]
    warnings: list[dict[str, Any]]
    file: Path | None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "model": self.model,
            "value": self.value,
            "observed": [{"time": time, "value": value} for time, value in self.observed],
            "forecast": [
                {"time": time, "prediction": prediction}
                | {f"lower_{level}": lower[i] for level, (lower, _) in self.bands.items()}
                | {f"upper_{level}": upper[i] for level, (_, upper) in self.bands.items()}
                for i, (time, prediction) in enumerate(zip(self.times, self.forecast, strict=True))
            ],
            "warnings": self.warnings,
            "file": None if self.file is None else str(self.file),
        }


def bands_of(rows: Sequence[dict[str, Any]]) -> dict[str, tuple[list[float | None], list[float | None]]]:
    """Return the intervals of a forecast, by level, the widest first."""
    levels = [name.removeprefix("lower_") for name in (rows[0] if rows else {}) if name.startswith("lower_")]
    return {
        level: ([row[f"lower_{level}"] for row in rows], [row[f"upper_{level}"] for row in rows])
        for level in sorted(levels, key=float, reverse=True)
    }


def drawn(fan: Fan, file: Path) -> None:
    """Draw it into a file.

    Raises:
        CommandError: The file can't be written, is of another kind, or what draws is not there.
    """
    if file.suffix.lower() not in ENDINGS:
        raise CommandError(f"`{file}` must end in .png or .svg.", code=Code.USAGE)
    try:
        # slow to import, and an extra
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise CommandError(
            "Pictures need matplotlib, which is an extra.", command="ao extra add plot", code=Code.ENVIRONMENT
        ) from error
    figure = Figure(figsize=(8, 4.2), layout="constrained")
    axes = figure.add_subplot()
    dated = all(isinstance(time, str) for time in fan.times)
    places: list[Any] = [datetime.fromisoformat(str(time)) if dated else time for time in fan.times]
    if dated and fan.observed:
        times = [datetime.fromisoformat(time) for time, _ in fan.observed]
        axes.plot(times, [value for _, value in fan.observed], color="black", linewidth=1, label="observed")  # type: ignore[arg-type]  # times are drawn
    for i, (level, (lower, upper)) in enumerate(fan.bands.items()):
        low, high = ([_drawable(each) for each in bound] for bound in (lower, upper))
        axes.fill_between(places, low, high, color="C0", alpha=0.15 + 0.15 * i, linewidth=0, label=f"{level} %")
    axes.plot(places, [_drawable(each) for each in fan.forecast], color="C0", label="forecast")
    axes.set_xlabel("" if dated else "step")
    axes.set_ylabel(fan.value)
    axes.set_title(fan.model)
    axes.legend()
    try:
        figure.savefig(file, dpi=150)
    except OSError as error:
        raise unwritable(error, file) from error


def _drawable(value: float | str | None) -> float:
    return float("nan") if value is None else float(value)
