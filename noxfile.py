"""The contributors' tasks: `nox -l` lists them; the Makefile calls them."""

from __future__ import annotations

import sys
from pathlib import Path

import nox

# nox runs this file by its path, so that what lies beside it is not found
sys.path.insert(0, str(Path(__file__).parent / "scripts"))

# the sessions of `beyond_ci` and `releases` are known to nox once they are imported
from sessions import beyond_ci, releases  # noqa: F401
from sessions.environments import PACKAGES, R_PACKAGE, SIDE_BY_SIDE, Environment, development, install_all

nox.needs_version = ">=2025.2"
nox.options.sessions = [
    "stubs_current",
    "lint",
    "tests",
    "r_tests",
    "families",
    "integration",
    "containers",
    "docs",
    "wheels",
]

R_SOURCES = ("model-service-r/src/anops_model_service_r/r/anopsruntime", "client/r/anops")
SLOWEST = ("--durations", "15", "--durations-min", "5")
"""The hour that CI has is kept by knowing where it goes."""
WITH_ROOM = ("--numprocesses", "logical", "--maxprocesses", "4", "--dist", "worksteal", *SLOWEST)
"""For tests of what services promise in time: no more of them at once than there are processors."""
FEW = ("--numprocesses", "1", *SLOWEST)
"""For what runs beside all else, for as long as that does."""
FAMILIES = ("r_families_base", "r_families_more", "r_formulas", "r_states", "python_families")
"""Of the integration tests those that hold each family of models to its table: processors, and nothing in time."""


@nox.session(python=False, default=False)
def dev(session: nox.Session) -> None:
    """Make .venv, with every package installed for editing."""
    install_all(Environment(session, Path(".venv")))
    session.log("activate it: . .venv/bin/activate")


@nox.session(python=False, default=False)
def stubs(session: nox.Session) -> None:
    """Generate the model-interface's stubs from its .proto."""
    development(session).run("python", "scripts/generate_stubs.py")


@nox.session(python=False)
def stubs_current(session: nox.Session) -> None:
    """Check that the committed stubs are what the .proto gives."""
    development(session).run("python", "scripts/generate_stubs.py", "--check")


@nox.session(python=False)
def lint(session: nox.Session) -> None:
    """Check style and types."""
    environment = development(session)
    environment.run("ruff", "check", ".")
    environment.run("ruff", "format", "--check", ".")
    sources = [f"{package}/src" for package in (*PACKAGES, R_PACKAGE, "benchmarks")]
    environment.run("mypy", "--config-file", "mypy.ini", *sources, "scripts", "benchmarks/servers")
    environment.run("python", "scripts/lock_requirements.py", "--check")
    environment.run("python", "scripts/set_version.py", "--check")
    environment.run("python", "scripts/vendor_front_end.py", "--check")


@nox.session(python=False)
def tests(session: nox.Session) -> None:
    """Run the tests of each Python package and of the templates."""
    folders = [f"{package}/tests" for package in (*PACKAGES, R_PACKAGE, "benchmarks")]
    development(session).run("pytest", *SIDE_BY_SIDE, *SLOWEST, *(session.posargs or [*folders, "cookiecutters"]))


@nox.session(python=False)
def r_tests(session: nox.Session) -> None:
    """Lint, test and check the R packages: the runtime's and the client, each without the other."""
    for sources in R_SOURCES:
        library = Path(".nox/R-library", Path(sources).name).absolute()
        library.mkdir(parents=True, exist_ok=True)
        install = ("R", "CMD", "INSTALL", "--no-docs", f"--library={library}", sources)
        session.run(*install, external=True, silent=True)
        session.run(
            *("Rscript", "--vanilla", "scripts/test_r_package.R", sources),
            env={"R_LIBS": str(library), "NOT_CRAN": "true"},
            external=True,
        )


@nox.session(python=False)
def integration(session: nox.Session) -> None:
    """Run the tests of the pieces wired together, but for those of the families."""
    left_out = ["integration-tests/containers", *family_tests()]
    ignored = [f"--ignore={path}" for path in left_out]
    development(session).run("pytest", *WITH_ROOM, "integration-tests", *ignored, *session.posargs)


@nox.session(python=False)
def families(session: nox.Session) -> None:
    """Hold each family of R and Python models to its table."""
    development(session).run("pytest", *FEW, *(session.posargs or family_tests()))


def family_tests() -> list[str]:
    """Return the files of the tests that `families` runs."""
    return [f"integration-tests/test_{name}.py" for name in FAMILIES]


@nox.session(python=False, default=False)
def front_end(session: nox.Session) -> None:
    """Take the parts of pages from the npm registry again; `-- uplot 1.6.32` takes a version of one."""
    session.run(sys.executable, "scripts/vendor_front_end.py", *session.posargs, external=True)


@nox.session(python=False, default=False)
def images(session: nox.Session) -> None:
    """Build the images: all, or those named after `--`."""
    session.run(sys.executable, "scripts/build_images.py", *session.posargs, external=True)


@nox.session(python=False)
def containers(session: nox.Session) -> None:
    """Build the images and test them in a Docker engine."""
    session.run(sys.executable, "scripts/build_images.py", external=True)
    # the builds on one side, all else on the other
    two = ("--numprocesses", "2", "--dist", "loadscope", *SLOWEST)
    development(session).run("pytest", *two, "integration-tests/containers", *session.posargs)


@nox.session(python=False, default=False)
def lock(session: nox.Session) -> None:
    """Write which packages go into the images; `-- --upgrade` takes newer ones."""
    environment = development(session)
    uv = str(Path(sys.executable).parent / "uv")
    environment.run("python", "scripts/lock_requirements.py", "--uv", uv, *session.posargs)


@nox.session(python=False)
def docs(session: nox.Session) -> None:
    """Build the documentation strictly and run what its tutorials tell to type."""
    environment = development(session)
    environment.run("python", "scripts/generate_reference.py", "--check")
    environment.run("mkdocs", "build", "--strict", "--quiet")
    environment.run("pytest", *SLOWEST, "docs/tests", *session.posargs)


@nox.session(python=False, default=False)
def demo(session: nox.Session) -> None:
    """Serve a model in each language and compare its answers with those of the language itself."""
    development(session).run("python", "scripts/demo.py")
