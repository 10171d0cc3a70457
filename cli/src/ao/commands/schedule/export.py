"""`ao schedule export`: schedules for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from anops_control.events import Events
from anops_control.verbs.schedule.export import ScheduleExportRequest, run

from ao import messages
from ao.commands.schedule.options import Json, Names  # noqa: TC001  Typer reads them

EPILOG = """
`ao schedule export cron | crontab -`  let cron run them

`ao schedule export systemd --to ~/.config/systemd/user`  a timer and a service each

`ao schedule export kubernetes --image registry.example.com/cars:1 --place /project`  a CronJob each

`ao schedule export airflow --to ~/airflow/dags`  a DAG each
"""
Form = Annotated[Literal["cron", "systemd", "kubernetes", "airflow"], typer.Argument(help="The program that reads it.")]


def export(
    form: Form,
    names: Names = None,
    *,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Write files into this folder, instead of here.")
    ] = None,
    image: Annotated[
        str | None, typer.Option("--image", metavar="IMAGE", help="For Kubernetes: an image with `ao` and the project.")
    ] = None,
    command: Annotated[
        str | None, typer.Option("--command", metavar="PATH", help="The program `ao` where the schedule runs.")
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", metavar="DIR", help="The project's folder where the schedule runs.")
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Write schedules for cron, systemd, Kubernetes or Airflow, each of which then calls `ao schedule run`.

    It says where the other program behaves differently, such as with runs that overlap.
    """
    request = ScheduleExportRequest(
        folder=Path(), form=form, names=tuple(names or ()), to=to, image=image, command=command, place=place
    )
    told = run(request, Events()).to_dict()
    if as_json:
        messages.result_json(told)
        return
    for name, content in told["files"].items():
        if to is not None:
            messages.success(f"{to / name} is written.")
        else:
            messages.result(content.rstrip() if form == "cron" else f"# {name}\n{content.rstrip()}\n")
    for each in told["notes"]:
        messages.note(each)
