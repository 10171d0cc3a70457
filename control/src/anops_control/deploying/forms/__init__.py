"""Other forms of an environment of Kubernetes, for who brings it up in place of `ao`: rendered, never applied."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from anops_control.deploying.ir import Ir

Form: TypeAlias = Literal["argo-cd", "kserve", "terraform", "pulumi"]
FORMS: tuple[str, ...] = get_args(Form)


def files(form: str, ir: Ir, objects: Sequence[Mapping[str, Any]], repository: str, path: str) -> dict[str, str]:
    """Return the files of a form, by their paths.

    Args:
        form: Which form.
        ir: The environment.
        objects: What it is made of in a cluster.
        repository: The address of the git repository that is followed; only Argo CD asks for it.
        path: The folder in it that these files are written into.
    """
    module = import_module(f"anops_control.deploying.forms.{form.replace('-', '_')}")
    made = cast("Callable[..., dict[str, str]]", module.files)
    return made(ir, objects, repository=repository, path=path)
