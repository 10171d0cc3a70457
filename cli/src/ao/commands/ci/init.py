"""`ao ci init`: what a build server does with each change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from anops_control.errors import CommandError
from anops_control.verbs.ci.init import CiInitRequest, run
from anops_model_interface.codes import Code

from ao import messages
from ao.presenting import presented

EPILOG = """
`ao ci init --github`  write .github/workflows/model.yml

`ao ci init --gitlab`  write .gitlab-ci.yml

`ao ci init --github --release live`  and a job that proposes each change for `live`, as a pull request

Both have three jobs: *testing* (code style, tests), *validation* (settings, columns, the predictions
of the reference rows) and *security* (known weaknesses of packages, weak places in code, data in the model's file).
They are files of yours from then on.
"""


def init(
    project: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="The project's folder, by default the current one.", show_default=False),
    ] = None,
    *,
    github: Annotated[bool, typer.Option("--github", help="For GitHub Actions.")] = False,
    gitlab: Annotated[bool, typer.Option("--gitlab", help="For GitLab CI.")] = False,
    release: Annotated[
        str | None,
        typer.Option(
            "--release",
            metavar="ENVIRONMENT",
            help="Also build, push and sign the image of each change, and propose it for this environment (GitHub).",
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite an existing file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> None:
    """Write what a build server does with each change: testing, validation, security."""
    if github == gitlab:
        raise CommandError(
            "Choose the build server: --github or --gitlab.", remedy="Name one of them.", code=Code.USAGE
        )
    host: Literal["github", "gitlab"] = "github" if github else "gitlab"
    with presented() as events:
        found = run(CiInitRequest(folder=project or Path(), host=host, release=release, replace=replace), events)
    if as_json:
        messages.result_json(found.to_dict())
        return
    *jobs, last = found.jobs
    messages.success(f"Wrote {found.file}: its jobs are {', '.join(jobs)} and {last}.")
