"""The contributors' tasks: `nox -l` lists them; the Makefile calls them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "uv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["stubs_current", "lint", "tests", "r_tests", "integration", "docs", "wheels"]

# in the order in which they need each other
PACKAGES = ("proto", "model-service-python", "api-service", "cli")
R_PACKAGE = "model-service-r"
DEV = ".nox/dev"
DIST = Path("dist")
R_SOURCES = "model-service-r/src/anops_model_service_r/r/anops"
# a missing header must fail the build: rpy2's other mode is slow, and silent about it
API_MODE = {"RPY2_CFFI_MODE": "API"}


def has_r() -> bool:
    """Say whether R is on PATH."""
    return shutil.which("Rscript") is not None


def install_all(session: nox.Session) -> None:
    """Install every package for editing, and what the checks and tests need."""
    packages = [*PACKAGES, R_PACKAGE] if has_r() else PACKAGES
    editable = [argument for package in packages for argument in ("-e", package)]
    session.install("--quiet", *editable, "-r", "requirements-dev.txt", env=API_MODE)


@nox.session(venv_location=".venv")
def dev(session: nox.Session) -> None:
    """Make .venv, with every package installed for editing."""
    install_all(session)
    session.log("activate it: . .venv/bin/activate")


@nox.session(venv_location=DEV)
def stubs(session: nox.Session) -> None:
    """Generate the model-interface's stubs from its .proto."""
    install_all(session)
    session.run("python", "scripts/generate_stubs.py")


@nox.session(venv_location=DEV)
def stubs_current(session: nox.Session) -> None:
    """Check that the committed stubs are what the .proto gives."""
    install_all(session)
    session.run("python", "scripts/generate_stubs.py", "--check")


@nox.session(venv_location=DEV)
def lint(session: nox.Session) -> None:
    """Check style and types."""
    install_all(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    for package in [*PACKAGES, R_PACKAGE] if has_r() else PACKAGES:
        session.run("mypy", "--config-file", "mypy.ini", f"{package}/src")
    session.run("mypy", "--config-file", "mypy.ini", "scripts")


@nox.session(venv_location=DEV)
def tests(session: nox.Session) -> None:
    """Run the tests of each Python package and of the templates."""
    install_all(session)
    folders = [f"{package}/tests" for package in (*PACKAGES, R_PACKAGE)]
    session.run("pytest", *(session.posargs or [*folders, "cookiecutters"]))


@nox.session(venv_location=DEV)
def r_tests(session: nox.Session) -> None:
    """Lint and test the R package."""
    library = Path(session.create_tmp()) / "R-library"
    library.mkdir(parents=True, exist_ok=True)
    session.run("R", "CMD", "INSTALL", "--no-docs", f"--library={library}", R_SOURCES, external=True, silent=True)
    environment = {"R_LIBS": str(library), "NOT_CRAN": "true"}
    session.run("Rscript", "--vanilla", "scripts/test_r_package.R", R_SOURCES, external=True, env=environment)


@nox.session(venv_location=DEV)
def integration(session: nox.Session) -> None:
    """Run the tests of the pieces wired together."""
    install_all(session)
    session.run("pytest", "integration-tests", *session.posargs)


@nox.session(venv_location=DEV)
def docs(session: nox.Session) -> None:
    """Build the documentation strictly and run what its tutorials tell to type."""
    install_all(session)
    session.run("python", "scripts/generate_reference.py", "--check")
    session.run("mkdocs", "build", "--strict", "--quiet")
    session.run("pytest", "docs/tests", *session.posargs)


@nox.session(venv_location=DEV)
def demo(session: nox.Session) -> None:
    """Serve a model in each language and compare its answers with those of the language itself."""
    install_all(session)
    session.run("python", "scripts/demo.py")


@nox.session
def wheels(session: nox.Session) -> None:
    """Build each package as a wheel, install each by itself, and see that it starts."""
    build_wheels(session, DIST)
    for package, proof in (
        ("anops-model-interface", ["-c", "import anops_model_interface.frames"]),
        ("anops-model-service", ["-m", "anops_model_service", "--help"]),
        ("anops-api-service", ["-m", "anops_api_service", "--help"]),
        ("anops-model-service-r", ["-c", "import anops_model_service_r.runtime"]),
        ("anops", ["-m", "ao", "init", "--help"]),
    ):
        if package.endswith("-r") and not has_r():
            continue
        home = Path(session.create_tmp()) / package
        session.run("uv", "venv", "--quiet", "--clear", str(home), external=True)
        python = str(home / "bin" / "python")
        session.run(
            *("uv", "pip", "install", "--quiet", "--python", python, "--find-links", str(DIST), package),
            env=API_MODE,
            external=True,
        )
        session.run(python, *proof, external=True, silent=True)
        session.log(f"{package} installs and starts by itself")


@nox.session(venv_location=str(Path.home() / ".local/share/anops/venv"))
def install(session: nox.Session) -> None:
    """Put the command ao on your PATH, with all it needs in an environment of its own."""
    home = Path.home() / ".local/share/anops/venv"
    kept = home / "share/anops/wheels"
    build_wheels(session, kept)
    wanted = ["anops[python,r]" if has_r() else "anops[python]"]
    ours = [name.stem.split("-")[0].replace("_", "-") for name in kept.glob("*.whl")]
    fresh = [argument for name in ours for argument in ("--reinstall-package", name)]
    session.install("--quiet", *fresh, "--find-links", str(kept), *wanted, env=API_MODE)
    link = Path.home() / ".local/bin/ao"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(home / "bin/ao")
    session.log(f"ao is installed: {link}")
    if str(link.parent) not in os.environ.get("PATH", "").split(os.pathsep):
        session.log('put it on your PATH: export PATH="$HOME/.local/bin:$PATH"')
    if not has_r():
        session.log("R is not installed: ao serves Python models only; run `make install` again when it is")


def build_wheels(session: nox.Session, target: Path) -> None:
    """Build the wheel of every package into a folder that then holds nothing else."""
    shutil.rmtree(target, ignore_errors=True)
    for package in (*PACKAGES, R_PACKAGE):
        session.run(
            *("uv", "build", "--quiet", "--wheel", "--out-dir", str(target), package), external=True, silent=True
        )
