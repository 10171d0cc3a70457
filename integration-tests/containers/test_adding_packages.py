"""A project's image gets the packages that the project names, or its build says which one it can't get."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from engine import RUNTIMES
from little_models import write_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine import Engine

TEMPLATES = {"python": "iris-species", "r": "mtcars-mpg"}


@pytest.fixture
def project_with(tmp_path: Path, root: Path, language: str) -> Callable[[str], Path]:
    """Write a project that needs a package, with the Dockerfile that `ao init` gives it."""

    def _write(package: str) -> Path:
        project = write_project(tmp_path, language, "sum")
        dockerfile = (root / "examples" / TEMPLATES[language] / "Dockerfile").read_text(encoding="utf-8")
        (project / "Dockerfile").write_text(dockerfile, encoding="utf-8")
        (project / "requirements.txt").write_text(package + "\n", encoding="utf-8")
        (project / "DESCRIPTION").write_text(
            f"Package: model\nDepends: R (>= 4.1)\nImports: stats,\n    {package} (>= 0.1)\n", encoding="utf-8"
        )
        return project

    return _write


def build(folder: Path) -> tuple[int, str]:
    """Build as a person does; a step that fails leaves no container."""
    command = ["docker", "build", "--force-rm", folder]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    return built.returncode, built.stdout + built.stderr


def test_a_package_is_there(project_with: Callable[[str], Path], engine: Engine, language: str) -> None:
    image = engine.image(project_with({"python": "tomli-w", "r": "mgcv"}[language]))
    proof = {"python": ["python", "-c", "import tomli_w"], "r": ["Rscript", "-e", "library(mgcv)"]}[language]
    code, said = engine.output(image, *proof)
    assert code == 0, said


def test_a_package_that_is_nowhere_is_named(project_with: Callable[[str], Path], language: str) -> None:
    project = project_with({"python": "anops-has-no-such-package", "r": "noSuchPackage"}[language])
    code, said = build(project)
    assert code != 0
    if language == "r":
        assert "✖ Can't install R package `noSuchPackage`: Debian's archive does not have it." in said
        assert "→ Name a repository that has it, such as that of CRAN, in `[image] r_repositories` of ao.toml" in said
    else:
        assert "No matching distribution found for anops-has-no-such-package" in said


def test_a_package_that_breaks_the_service_fails_the_build(tmp_path: Path, root: Path) -> None:
    dockerfile = (root / "examples/iris-species/Dockerfile").read_text(encoding="utf-8")
    (tmp_path / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("tzdata==2024.1\n", encoding="utf-8")
    (tmp_path / "ao.toml").touch()
    code, said = build(tmp_path)
    assert code != 0
    assert "anops-model-interface 0.1.0 has requirement tzdata>=2025.1" in said


def test_base_packages_of_r_need_no_archive(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "DESCRIPTION").write_text("Package: model\nImports: stats, utils\n", encoding="utf-8")
    (tmp_path / "Dockerfile").write_text(
        f"FROM {RUNTIMES['r']}\nCOPY DESCRIPTION .\nRUN install-r-packages DESCRIPTION\n"
    )
    assert engine.image(tmp_path, network_mode="none")
