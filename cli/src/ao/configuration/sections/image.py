"""`[image]`: the container image that is built from the project."""

from __future__ import annotations

import re
from typing import Annotated

from anops_project.project import Section
from pydantic import BeforeValidator, Field, field_validator

REPOSITORY_FORM = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?"  # the registry
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
)
"""What the name of an image, without its tag, looks like."""

_DEBIAN_FORM = re.compile(r"[a-z0-9][a-z0-9.+-]+(?:=[A-Za-z0-9.+:~-]+)?")

_ADDRESS_FORM = re.compile(r"(?:https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[^\s?#]*)?|file:///[^\s?#]+)")


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_tuple, json_schema_input_type=list[str])]


class ImageSection(Section):
    """What the image is made of, and where it goes."""

    repository: str | None = Field(
        default=None,
        description="The image's name with its registry, such as `registry.example.com/team/mtcars-mpg`.",
    )
    base: str | None = Field(
        default=None, description="The image to start from, in place of the one that the Dockerfile names."
    )
    debian_packages: Texts = Field(
        default=(), description="Packages of Debian's archive that the model needs, such as `libgomp1`."
    )

    r_repositories: Texts = Field(
        default=(),
        description="Repositories of R packages that Debian's archive does not have, such as "
        "`https://cran.example.org`; the first that has a fitting version is taken.",
    )
    r_build_packages: Texts = Field(
        default=(),
        description="Packages of Debian's archive that compiling R packages needs, such as `libgsl-dev`; the image "
        "gets the libraries alone.",
    )

    @field_validator("repository")
    @classmethod
    def _is_a_repository(cls, value: str | None) -> str | None:
        if value is None or REPOSITORY_FORM.fullmatch(value):
            return value
        if "://" in value:
            raise ValueError("must start with the registry's host, without `https://`")
        if REPOSITORY_FORM.fullmatch(value.partition("@")[0].rpartition(":")[0]):
            raise ValueError("must have no tag: the tags are the version and the git revision")
        raise ValueError("must be lower-case words with `/` between them, such as registry.example.com/team/name")

    @field_validator("debian_packages", "r_build_packages")
    @classmethod
    def _are_packages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not _DEBIAN_FORM.fullmatch(name):
                raise ValueError(f'must be names of Debian packages in lower case, such as "libgomp1", not "{name}"')
        return value

    @field_validator("r_repositories")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if "@" in address.partition("://")[2].partition("/")[0]:
                raise ValueError("must hold no password, since ao.toml becomes a part of the image")
            if not _ADDRESS_FORM.fullmatch(address):
                raise ValueError(f'must be addresses such as "https://cran.example.org", not "{address}"')
            if address.rstrip("/").endswith("/src/contrib"):
                raise ValueError(f'must name repositories without "/src/contrib", not "{address}"')
        return value
