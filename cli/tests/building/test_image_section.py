from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

START = '[project]\nname = "cars"\nlanguage = "python"\n[model]\ncode = "model.py"\n[image]\n'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('repository = "Registry/Team/Cars"', "must be lower-case words with `/` between them"),
        ('repository = "registry.example.com/cars:1.0"', "must have no tag"),
        ('repository = "https://registry.example.com/cars"', "must start with the registry's host"),
        ('debian_packages = ["libgomp1", "no such"]', 'such as "libgomp1", not "no such"'),
        ('debian_packages = "libgomp1"', "`debian_packages` must be a list"),
        ('r_build_packages = ["no such"]', 'such as "libgomp1", not "no such"'),
        ('r_repositories = ["cran.example.org"]', 'such as "https://cran.example.org", not "cran.example.org"'),
        ('r_repositories = ["ftp://cran.example.org"]', 'not "ftp://cran.example.org"'),
        ('r_repositories = ["file://packages"]', 'not "file://packages"'),
        ('r_repositories = ["https://cran.example.org/src/contrib/"]', 'without "/src/contrib"'),
    ],
)
def test_a_malformed_key_is_refused_with_its_line(
    ao: Callable[..., Result], make_project: Callable[[str], Path], line: str, message: str
) -> None:
    result = ao("build", folder=make_project(START + line + "\n"))
    assert result.exit_code == 3
    assert "✖ ao.toml:7:" in result.stderr
    assert message in result.stderr


@pytest.mark.parametrize("name", ["cars", "team/cars", "localhost/cars", "registry.example.com:5000/a/b/cars_x.y-z"])
def test_the_name_of_a_repository_is_taken(
    ao: Callable[..., Result], make_project: Callable[[str], Path], name: str
) -> None:
    result = ao("config", "--json", folder=make_project(f'{START}repository = "{name}"\n'))
    assert result.exit_code == 0
    assert name in result.stdout


def test_a_password_in_an_address_is_refused_and_not_shown(
    ao: Callable[..., Result], make_project: Callable[[str], Path]
) -> None:
    project = make_project(f'{START}r_repositories = ["https://anna:hidden@cran.example.org"]\n')
    result = ao("build", folder=project)
    assert result.exit_code == 3
    assert "must hold no password, since ao.toml becomes a part of the image" in " ".join(result.stderr.split())
    assert "hidden" not in result.output


@pytest.mark.parametrize("address", ["https://cran.example.org/", "http://127.0.0.1:8000/a/b", "file:///opt/packages"])
def test_the_address_of_an_r_repository_is_taken(
    ao: Callable[..., Result], make_project: Callable[[str], Path], address: str
) -> None:
    result = ao("config", "--json", folder=make_project(f'{START}r_repositories = ["{address}"]\n'))
    assert result.exit_code == 0
    assert address in result.stdout
