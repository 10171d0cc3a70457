"""`[image]`: the container image that is built from the project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from anops_model_interface.tables import After, Before, as_tuple, key

from anops_project.section import About, Section

REPOSITORY_FORM = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?"  # the registry
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
)
"""What the name of an image, without its tag, looks like."""

_DEBIAN_FORM = re.compile(r"[a-z0-9][a-z0-9.+-]+(?:=[A-Za-z0-9.+:~-]+)?")

_ADDRESS_FORM = re.compile(r"(?:https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[^\s?#]*)?|file:///[^\s?#]+)")


def _is_a_repository(value: str | None) -> str | None:
    if value is None or REPOSITORY_FORM.fullmatch(value):
        return value
    if "://" in value:
        raise ValueError("must start with the registry's host, without `https://`")
    if REPOSITORY_FORM.fullmatch(value.partition("@")[0].rpartition(":")[0]):
        raise ValueError("must have no tag: the tags are the version and the git revision")
    raise ValueError("must be lower-case words with `/` between them, such as registry.example.com/team/name")


def _are_packages(value: tuple[str, ...]) -> tuple[str, ...]:
    for name in value:
        if not _DEBIAN_FORM.fullmatch(name):
            raise ValueError(f'must be names of Debian packages in lower case, such as "libgomp1", not "{name}"')
    return value


def _are_addresses(value: tuple[str, ...]) -> tuple[str, ...]:
    for address in value:
        if "@" in address.partition("://")[2].partition("/")[0]:
            raise ValueError("must hold no password, since ao.toml becomes a part of the image")
        if not _ADDRESS_FORM.fullmatch(address):
            raise ValueError(f'must be addresses such as "https://cran.example.org", not "{address}"')
        if address.rstrip("/").endswith("/src/contrib"):
            raise ValueError(f'must name repositories without "/src/contrib", not "{address}"')
    return value


Texts = Annotated[tuple[str, ...], Before(as_tuple, instead=list[str])]
DebianPackages = Annotated[Texts, After(_are_packages)]


@dataclass(frozen=True, kw_only=True)
class ImageSection(Section):
    """What the image is made of, and where it goes."""

    about: ClassVar = About("image", 4, "The container image.")

    repository: Annotated[str | None, After(_is_a_repository)] = key(
        "The image's name with its registry, such as `registry.example.com/team/mtcars-mpg`.", default=None
    )
    base: str | None = key("The image to start from, in place of the one that the Dockerfile names.", default=None)
    debian_packages: DebianPackages = key(
        "Packages of Debian's archive that the model needs, such as `libgomp1`.", default=()
    )
    r_repositories: Annotated[Texts, After(_are_addresses)] = key(
        "Repositories of R packages that Debian's archive does not have, such as "
        "`https://cran.example.org`; the first that has a fitting version is taken.",
        default=(),
    )
    r_build_packages: DebianPackages = key(
        "Packages of Debian's archive that compiling R packages needs, such as `libgsl-dev`; the image "
        "gets the libraries alone.",
        default=(),
    )
