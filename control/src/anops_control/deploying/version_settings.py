"""What the versions of an environment say of its api-services in containers, as variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_project.project import Project

from anops_control.deploying.alike import require_alike
from anops_control.deploying.fetched_log import KEPT_IN
from anops_control.deploying.finding import files_of
from anops_control.deploying.service_settings import SERIES_STORE, as_variables, kept, traffic

if TYPE_CHECKING:
    from anops_control.deploying.ir import Ir
    from anops_control.deploying.providers.provider import Home


def told_of(ir: Ir, home: Home) -> dict[str, str]:
    """Return what the api-services are told of the versions: what is kept, and who answers what.

    Raises:
        CommandError: The files of a version are gone, or the two versions take or give other columns.
    """
    folder = files_of(home.project, ir.model.name, ir.model.number)
    project, beside = Project.read(folder), ir.challenger
    flags = kept(project, KEPT_IN, compared=beside is not None)
    if ir.series_store is not None:  # a Secret has its address
        flags.pop(SERIES_STORE, None)
    if beside is not None:
        require_alike(folder, files_of(home.project, beside.model.name, beside.model.number))
        flags |= traffic(
            project.project.name, ir.model.version, beside.model.version, share=beside.share, shadow=beside.shadow,
            header=beside.header,
        )  # fmt: skip
    return as_variables(flags)
