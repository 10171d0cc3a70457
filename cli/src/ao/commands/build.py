"""`ao build`: the project's image, built, tested and pushed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.tracking.addresses import is_address
from anops_model_interface.exit_codes import ExitCode

from ao import elsewhere, messages
from ao.limit_options import MemoryOption  # noqa: TC001  Typer reads the annotation
from ao.presenting import signals_interrupt

EPILOG = """
`ao build`  build the image and test it

`ao build --push`  and push it to `[image] repository`

`ao build --push --sign`  and sign it: `ao verify` tells others whose it is

`ao build --tag latest --no-test`  give it one more tag, and test nothing

`ao build models:/NAME@champion`  build a version of the registry

The image is named after the project, with the version and the git revision as its tags. While it is not tested, or
where a check has failed, its only tag is `untested`. The name of another model's image is refused. compose.yaml gets
the name of the image that was tested last. Credentials for the registry are those of `docker login`, or
the environment variables `ANOPS_REGISTRY_USER` and `ANOPS_REGISTRY_PASSWORD`.
"""


def build(
    project: Annotated[
        str | None,
        typer.Argument(
            metavar="DIR|MODEL",
            help="The project's folder, by default the current one; or a version of its registry: models:/NAME@ALIAS.",
            show_default=False,
        ),
    ] = None,
    *,
    push: Annotated[bool, typer.Option("--push", help="Push it to `[image] repository` when it is tested.")] = False,
    no_test: Annotated[
        bool, typer.Option("--no-test", help="Leave out lint, tests, coverage and predictions.")
    ] = False,
    tag: Annotated[
        list[str] | None,
        typer.Option(metavar="TAG", help="Give it this tag as well; can be repeated.", show_default=False),
    ] = None,
    platform: Annotated[
        str | None,
        typer.Option(metavar="OS/CPU", help="Build for this platform, such as linux/arm64.", show_default=False),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the name and version of an image that has another model.")
    ] = False,
    sign: Annotated[bool, typer.Option("--sign", help="Sign it with your key when it is tested.")] = False,
    max_seconds: Annotated[
        float | None,
        typer.Option(
            "--max-seconds",
            min=1,
            metavar="N",
            help="How long the checks of the image may take; by default 900. What was found by then is shown.",
            show_default=False,
        ),
    ] = None,
    max_memory_gb: MemoryOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write what was built as JSON.")] = False,
) -> ExitCode:
    """Build the project's image with Docker, test it, and push it.

    What is tested is what is pushed: lint, tests with coverage, and the reference predictions run in a throw-away
    image that is made from the built one. Where one of them fails, nothing is pushed.
    """
    from anops_control.verbs.build import BuildRequest, run  # noqa: PLC0415  the Docker SDK is slow to import

    from ao.building.display import shown_build  # noqa: PLC0415
    from ao.building.report import show  # noqa: PLC0415  the same

    model = project if project is not None and is_address(project) else None
    folder = Path(project) if project is not None and model is None else None
    elsewhere.remember(folder)
    request = BuildRequest(
        folder=folder or Path(),
        model=model,
        push=push,
        test=not no_test,
        tags=tuple(tag or ()),
        platform=platform,
        replace=replace,
        sign=sign,
        max_seconds=max_seconds,
        max_memory_gb=max_memory_gb,
    )
    with signals_interrupt(), shown_build() as events:
        result = run(request, events)
    if as_json:
        messages.result_json(result.to_dict())
    show(result, as_json=as_json)
    return ExitCode.OK if result.passed else ExitCode.IMAGE_CHECKS
