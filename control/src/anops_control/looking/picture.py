"""An effect as a picture: lines over numbers, bars with their intervals over levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.file_failures import unwritable

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.looking.effect import Effect

ENDINGS = frozenset({".png", ".svg"})


def drawn(plot: Effect, file: Path) -> None:
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
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot()
    along, marks = plot.along, plot.marks
    numeric = along is not None
    places = along if along is not None else [place for place, _ in marks or ()]
    nan = float("nan")
    for line in plot.lines:
        values = [nan if value is None else value for value in line.values]
        [curve] = axes.plot(places, values, "-" if numeric else "o", label=line.name or None)
        if line.lower is not None and line.upper is not None:
            lower, upper = ([nan if end is None else end for end in ends] for ends in (line.lower, line.upper))
            if numeric:
                axes.fill_between(places, lower, upper, alpha=0.2, color=curve.get_color(), linewidth=0)
            else:
                axes.vlines(places, lower, upper, color=curve.get_color())
    if marks is not None:
        axes.set_xticks([place for place, _ in marks], [text for _, text in marks])
    axes.set_xlabel(plot.column + (f" ({plot.unit})" if plot.unit else ""))
    axes.set_ylabel(plot.output)
    axes.set_title(plot.model)
    if plot.by is not None:
        axes.legend(title=plot.by)
    try:
        figure.savefig(file, dpi=150)
    except OSError as error:
        raise unwritable(error, file) from error
