"""`ao train`: refits the model by the steps of the project, and takes it in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.events import CancelledError, Events
from anops_model_interface.exit_codes import ExitCode

from ao import elsewhere, messages
from ao.presenting import signals_cancel
from ao.training.debugging import debug
from ao.training.reporting import PeopleReporter, show, write_json

if TYPE_CHECKING:
    from anops_control.verbs.train import TrainResult

EPILOG = """
The steps are the functions `load_data`, `split_data`, `build_pipeline`, `train_model`, `evaluate` and, where the model
is not saved as usual, `save_model` in `train.R` or `train.py`; or in Python a class that inherits from
`anops.training.Workflow`.

`ao train`  fit the model, and make it the project's

`ao train --config config.yaml --set max_iter=500`  with another configuration, and one value of it changed

`ao train --sweep max_iter=100,500 --sweep C=0.1,1 --metric accuracy --better higher`  take the best of four

`ao train --sweep C=0.01..10:log --draws 20 --metric rmse`  take the best of 20 that are drawn

`ao train --in docker`  with the R or Python and the packages of the project's image

`ao train --resume`  go on at the step that failed

`ao train --debug`  in this terminal, with the debugger of the language
"""


class Better(StrEnum):
    """Which values of a metric are better."""

    LOWER = "lower"
    HIGHER = "higher"


def train(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="With --resume: which run; by default the last.",
                                   show_default=False)
    ] = None,
    *,
    folder: Annotated[
        Path | None, typer.Option("--project", metavar="DIR", help="The project's folder; by default the current one.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="FILE", help="The YAML, TOML or JSON file that the steps are given."),
    ] = None,
    workflow: Annotated[
        str | None, typer.Option("--workflow", metavar="NAME", help="Which workflow, where there are several.")
    ] = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Set a key of the configuration.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="The seed; 1 by default.", show_default=False)
    ] = None,
    sweep: Annotated[
        list[str] | None,
        typer.Option("--sweep", metavar="KEY=VALUES", help="Try several values, `100,500`, and take the best model; or "
                     "with --draws a range, `0.01..10`, `0.01..10:log`."),
    ] = None,
    draws: Annotated[
        int | None, typer.Option("--draws", min=1, metavar="N", help="Draw N combinations of a sweep.",
                                 show_default=False)
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, metavar="N", help="How many runs of a sweep run side by side.",
                                 show_default=False)
    ] = None,
    metric: Annotated[
        str | None, typer.Option("--metric", metavar="NAME", help="The metric that chooses the best run.")
    ] = None,
    better: Annotated[
        Better | None, typer.Option("--better", help="Which of its values are better; by default the lower ones.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run at the step that failed.")] = False,
    debug_here: Annotated[
        bool, typer.Option("--debug", help="Do the steps in one process with the debugger of the language.")
    ] = False,
    provider: Annotated[
        str | None,
        typer.Option("--in", metavar="PROVIDER", show_default=False,
                     help="Run the steps as a job in the project's image: `docker`, or a provider's name or file."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep-project", help="Leave the project as it is; the model stays with its run.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write what happens as JSON, for programs.")] = False,
) -> ExitCode:  # fmt: skip
    """Refit the model by the steps of train.py or train.R, and make it the project's.

    Each step runs in the project's own Python or R. What a step has made is kept, so that a training that failed
    goes on where it stopped. The new model is taken in as `ao refit` does: version, columns and reference rows are
    renewed, and checked.
    """
    from anops_control.training.request import TrainRequest  # noqa: PLC0415  of use once the command is read
    from anops_control.verbs.train import run as do  # noqa: PLC0415  pydantic is slow to import

    elsewhere.remember(folder)
    request = TrainRequest(
        folder=folder or Path(),
        config=config,
        workflow=workflow,
        values=tuple(values or ()),
        seed=seed,
        sweep=tuple(sweep or ()),
        draws=draws,
        jobs=jobs,
        metric=metric,
        better=None if better is None else better.value,
        resume=resume,
        run=run,
        provider=provider,
        take_in=not keep,
    )
    if debug_here:
        return debug(request)
    reporter = PeopleReporter()
    try:
        with reporter.shown():
            events = Events(write_json if as_json else reporter.take)
            with signals_cancel(events):
                result = do(request, events)
    except CancelledError as error:
        messages.plain(str(error))
        return ExitCode.INTERRUPTED
    return _ended(result, as_json=as_json)


def _ended(result: TrainResult, *, as_json: bool) -> ExitCode:
    if as_json:
        messages.result_json(result.to_dict())
    else:
        show(result)
    return ExitCode.OK if result.checked is None or result.checked.passed else ExitCode.PROBLEM
