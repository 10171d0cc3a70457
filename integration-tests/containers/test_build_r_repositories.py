"""R packages that Debian does not have come from a repository that ao.toml names, at recorded versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import docker
import pytest
from building import Ended, add, ao, nothing_left
from r_repository import COMPILED, Repository, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine import Engine

NAME = "ao-test-r-repository"
YAML = "#include <yaml.h>\n" + COMPILED.replace("2 *", "(yaml_get_version_string() != NULL) + 1 *")
MODEL = """
load_model <- function(path) readRDS(path)
predict_model <- function(model, newdata, ...) fastpkg::double(yamlpkg::double(newdata$x / 2)) + plainpkg::added()
"""
AO_TOML = """
[project]
name = "{name}"
version = "1.0.0"
language = "r"
[model]
artifact = "model.rds"
code = "model.R"
[model.inputs]
x = "number"
[model.outputs]
prediction = "number"
[image]
r_repositories = [{urls}]
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    made = Repository(tmp_path_factory.mktemp("repository"))
    made.add("plainpkg", "1.0.0", "added <- function() 100\n", earlier=True)
    made.add("plainpkg", "1.1.0", "added <- function() 110\n")
    made.add("plainpkg", "1.2.0", "added <- function() 120\n")
    made.add("plainpkg", "9.0.0", "added <- function() 900\n", fields="Depends: R (>= 99.0)\n")
    made.add(
        "fastpkg", "0.2-1", "double <- function(x) vapply(x, function(one) .Call(twice, one), 0)\n",
        fields="Imports: plainpkg (>= 1.0), stats\nSuggests: noSuchPackage\n", source=COMPILED,
    )  # fmt: skip
    made.add(
        "yamlpkg", "0.1.0", "double <- function(x) vapply(x, function(one) 2 * .Call(twice, one) / 2, 0)\n",
        source=YAML, makevars="PKG_LIBS = -lyaml\n",
    )  # fmt: skip
    made.add("mgcv", "99.0", "from <- function() 'elsewhere'\n")
    made.add("badpkg", "0.1.0", "f <- 1\n", source="this is no C;\n", fields="SystemRequirements: GNU Nothing\n")
    made.add("firstpkg", "1.0.0", "f <- 1\n", fields="Imports: secondpkg\n")
    made.add("secondpkg", "1.0.0", "f <- 1\n", fields="Imports: firstpkg\n")
    made.add("changedpkg", "1.0.0", "f <- 1\n")
    made.write_lists()
    made.add("changedpkg", "1.0.0", "f <- 'something else'\n")
    with served(made):
        yield made


@pytest.fixture
def project(tmp_path: Path, root: Path, repository: Repository) -> Iterator[Path]:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Dockerfile").write_bytes((root / "examples/mtcars-mpg/Dockerfile").read_bytes())
    (folder / "model.rds").write_bytes((root / "examples/mtcars-mpg/model.rds").read_bytes())
    (folder / "model.R").write_text(MODEL)
    (folder / "ao.toml").write_text(AO_TOML.format(name=NAME, urls=f'"{repository.url}"'))
    with nothing_left(NAME):
        yield folder


def build(project: Path, imports: str, *arguments: str) -> Ended:
    (project / "DESCRIPTION").write_text(f"Package: model\nVersion: 1.0.0\nImports:\n    {imports}\n")
    return ao("build", "--no-test", "--json", *arguments, folder=project)


def refused(project: Path, imports: str) -> tuple[int, list[str]]:
    ended = build(project, imports)
    return ended.code, ended.message


def versions(project: Path) -> dict[str, str]:
    packages = json.loads((project / "renv.lock").read_text())["Packages"]
    return {name: entry["Version"] for name, entry in packages.items()}


def ask_r(engine: Engine, image: str, program: str) -> str:
    code, said = engine.output(image, "Rscript", "--vanilla", "-e", program)
    assert code == 0, said
    return said.strip()


def test_packages_with_and_without_compiled_code_serve_a_prediction(project: Path, engine: Engine) -> None:
    add(project, 'r_build_packages = ["libyaml-dev"]')
    ended = build(project, "fastpkg, yamlpkg,\n    plainpkg (< 1.2), mgcv (< 99)")
    assert ended.code == 0, ended.stderr
    image = ended.told["image"]
    stack = engine.stack(image)
    assert stack.predict([{"x": 1.5}, {"x": -2}]) == [{"prediction": 113.5}, {"prediction": 110}]
    # Debian's where it fits, and of the headers' package the library alone
    assert ask_r(engine, image, "cat(system.file(package = 'mgcv'))").startswith("/usr/lib/R/")
    look = "command -v gcc cc g++ gfortran make; dpkg-query --list '*-dev'"
    _, said = engine.output(image, "sh", "-c", look)
    assert [line for line in said.splitlines() if line.startswith(("/", "ii"))] == []
    # what was chosen is recorded, for the next build
    assert ended.told["recorded"] == "renv.lock"
    assert "in renv.lock: keep it with the project" in " ".join(ended.stderr.split())
    known = versions(project)
    assert (known["fastpkg"], known["plainpkg"], known["yamlpkg"]) == ("0.2-1", "1.1.0", "0.1.0")
    assert known["mgcv"].startswith("1.")


def test_recorded_versions_are_installed_though_newer_ones_are_there(project: Path, engine: Engine) -> None:
    entry = {"Package": "plainpkg", "Version": "1.0.0", "Source": "Repository", "Repository": "CRAN"}
    (project / "renv.lock").write_text(json.dumps({"R": {"Version": "4.4.0"}, "Packages": {"plainpkg": entry}}))
    ended = build(project, "plainpkg")
    assert ended.code == 0, ended.stderr
    assert ended.told["recorded"] is None
    assert ask_r(engine, ended.told["image"], "cat(plainpkg::added())") == "100"


def test_a_version_that_description_names_is_installed(project: Path, engine: Engine) -> None:
    ended = build(project, "plainpkg (== 1.0.0)")
    assert ended.code == 0, ended.stderr
    assert ask_r(engine, ended.told["image"], "cat(plainpkg::added())") == "100"
    assert versions(project) == {"plainpkg": "1.0.0"}


def test_a_newer_version_than_debians_comes_from_the_repository(project: Path, engine: Engine) -> None:
    ended = build(project, "mgcv (>= 50)")
    assert ended.code == 0, ended.stderr
    assert ask_r(engine, ended.told["image"], "cat(mgcv::from())") == "elsewhere"


def test_of_two_repositories_the_first_that_has_it_is_taken(
    project: Path, repository: Repository, tmp_path: Path, engine: Engine
) -> None:
    mine = Repository(tmp_path / "mine")
    mine.add("plainpkg", "1.0.5", "added <- function() 105\n")
    mine.write_lists()
    with served(mine):
        (project / "ao.toml").write_text(AO_TOML.format(name=NAME, urls=f'"{mine.url}", "{repository.url}"'))
        ended = build(project, "plainpkg, fastpkg")
    assert ended.code == 0, ended.stderr
    assert ask_r(engine, ended.told["image"], "cat(plainpkg::added(), fastpkg::double(4))") == "105 8"


def test_a_package_that_is_nowhere(project: Path) -> None:
    code, message = refused(project, "noSuchPackage")
    assert code == 16
    assert message[0] == (
        "✖ Can't install R package `noSuchPackage`: neither Debian's archive nor `r_repositories` of ao.toml have it."
    )
    assert message[-1] == (
        "→ Fix the name in DESCRIPTION, or add a repository that has it to `[image] r_repositories`."
    )


def test_a_version_that_is_nowhere(project: Path) -> None:
    code, message = refused(project, "plainpkg (== 7.0)")
    assert code == 16
    assert message[0] == (
        "✖ Can't install R package `plainpkg`: DESCRIPTION asks for 7.0, but the repositories have 1.1.0, 1.2.0, "
        "9.0.0 (for another R), 1.0.0."
    )


def test_a_version_that_is_recorded_and_not_asked_for(project: Path) -> None:
    entry = {"Package": "plainpkg", "Version": "1.0.0"}
    (project / "renv.lock").write_text(json.dumps({"Packages": {"plainpkg": entry}}))
    code, message = refused(project, "plainpkg (>= 1.1)")
    assert code == 16
    assert "DESCRIPTION asks for >= 1.1, renv.lock records 1.0.0, but" in message[0]


def test_a_package_that_the_record_lacks(project: Path) -> None:
    (project / "renv.lock").write_text('{"Packages": {}}')
    code, message = refused(project, "plainpkg")
    assert code == 16
    assert message[0] == "✖ renv.lock does not record the R package `plainpkg`, which is needed."
    assert "`renv::record()`" in message[-1]


def test_a_record_that_cant_be_read(project: Path) -> None:
    (project / "renv.lock").write_text("{")
    code, message = refused(project, "plainpkg")
    assert code == 16
    assert message[0].startswith("✖ Can't read renv.lock: ")


def test_a_package_that_cant_be_compiled(project: Path) -> None:
    code, message = refused(project, "badpkg")
    assert code == 15
    assert message[0].startswith("✖ Can't install R package `badpkg` 0.1.0 from http://")
    assert message[0].endswith(": its compilation failed.")
    assert any("error: " in line for line in message)
    assert "• It says that it needs GNU Nothing" in message
    assert "`[image] r_build_packages` of ao.toml" in message[-1]


def test_a_package_whose_file_is_not_the_listed_one(project: Path) -> None:
    code, message = refused(project, "changedpkg")
    assert code == 15
    assert message[0].startswith("✖ R package `changedpkg` 1.0.0 from http://")
    assert message[0].endswith("is not the file that its repository lists: the checksums differ.")


def test_packages_that_need_each_other(project: Path) -> None:
    code, message = refused(project, "firstpkg")
    assert code == 16
    assert message[0] == ("✖ The R packages `firstpkg` and `secondpkg` need each other: none can be installed first.")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "file:///nowhere/repository"])
def test_a_repository_that_cant_be_read(project: Path, url: str) -> None:
    (project / "ao.toml").write_text(AO_TOML.format(name=NAME, urls=f'"{url}"'))
    code, message = refused(project, "plainpkg")
    assert code == 15
    assert message[0].startswith(f"✖ The R repository {url} can't be read")
    assert message[-1].startswith("→ Check that a build reaches it and that it has src/contrib/PACKAGES")


def test_an_address_without_a_list_of_packages(project: Path, repository: Repository) -> None:
    (project / "ao.toml").write_text(AO_TOML.format(name=NAME, urls=f'"{repository.url}/none"'))
    code, message = refused(project, "plainpkg")
    assert code == 15
    assert message[0] == (f"✖ The R repository {repository.url}/none can't be read: HTTP status was '404 Not Found'.")


def test_without_a_repository_the_message_says_that_one_can_be_named(project: Path) -> None:
    (project / "ao.toml").write_text(AO_TOML.format(name=NAME, urls=""))
    code, message = refused(project, "plainpkg, fastpkg")
    assert code == 16
    assert message[0] == ("✖ Can't install R packages `plainpkg` and `fastpkg`: Debian's archive does not have them.")
    assert "in `[image] r_repositories` of ao.toml" in message[-1]


def test_without_a_repository_a_version_that_debian_lacks_is_told(project: Path) -> None:
    (project / "ao.toml").write_text(AO_TOML.format(name=NAME, urls=""))
    code, message = refused(project, "mgcv (>= 99)")
    assert code == 16
    assert message[0].startswith(
        "✖ Can't install R package `mgcv`: DESCRIPTION asks for >= 99, but Debian's archive has 1."
    )


def test_a_dockerfile_without_the_stage_is_told(project: Path) -> None:
    (project / "Dockerfile").write_text("FROM anops/model-service-r:0.1\nRUN install-r-packages DESCRIPTION\n")
    code, message = refused(project, "plainpkg")
    assert code == 14
    assert message[0] == "✖ ao.toml names `r_repositories`, but no step of the Dockerfile installs from them."


def test_an_image_without_repositories_has_no_stage_of_compilers(project: Path) -> None:
    (project / "ao.toml").write_text(AO_TOML.format(name=NAME, urls=""))
    ended = build(project, "stats")
    assert ended.code == 0, ended.stderr
    client = docker.from_env()
    base = client.images.get("anops/model-service-r:0.1").attrs["Size"]
    assert client.images.get(ended.told["image"]).attrs["Size"] - base < 100_000
    client.close()
