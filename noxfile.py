"""The contributors' tasks: `nox -l` lists them; the Makefile calls them."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nox
from nox.command import CommandFailed

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

# in the order in which they need each other
PACKAGES = (
    *("proto", "http-kit", "project", "worker", "model-service-python", "api-service"),
    *("client", "control", "training", "control-service", "data", "tracking", "cli"),
)
R_PACKAGE = "model-service-r"
R_SOURCES = ("model-service-r/src/anops_model_service_r/r/anopsruntime", "client/r/anops")
DEV = Path(".nox/dev")
DIST = Path("dist")
BENCHMARKS = Path(".nox/benchmarks")
CANARY = {
    "uvicorn": ("api-service/tests/test_transport.py", "api-service/tests/test_main.py"),
    "grpcio": ("model-service-python/tests", "api-service/tests/test_model_client.py"),
    "typer": ("cli/tests/test_main.py", "cli/tests/test_usage_errors.py"),
    "cookiecutter": ("cookiecutters",),
    "rpy2-rinterface": ("model-service-r/tests/test_embedded.py", "model-service-r/tests/test_vectors.py"),
    "pandas": ("worker/tests/test_data_frames.py", "worker/tests/test_example_data.py", "worker/tests/test_pickles.py"),
    "scikit-learn": ("worker/tests/test_describe.py", "worker/tests/test_families.py"),
}
"""Of what we use private parts of, or follow closely: the tests that would tell of a change."""
SIDE_BY_SIDE = ("--numprocesses", "4", "--dist", "worksteal")
"""For tests that share nothing: most of their time they wait, for a process that starts or a limit that is reached."""
WITH_ROOM = ("--numprocesses", "logical", "--maxprocesses", "4", "--dist", "worksteal")
"""For tests of what services promise in time: no more of them at once than there are processors."""
FEW = ("--numprocesses", "1")
"""For what runs beside all else, for as long as that does."""
FAMILIES = ("r_families_base", "r_families_more", "r_formulas", "r_states", "python_families")
"""Of the integration tests those that hold each family of models to its table: processors, and nothing in time."""
HOME = Path.home() / ".local/share/anops/venv"
BUILD = {
    # a missing header must fail the build: rpy2's other mode is slow, and silent about it
    "RPY2_CFFI_MODE": "API",
    # the tests start hundreds of processes: none should compile pandas or scikit-learn again
    "UV_COMPILE_BYTECODE": "1",
}


class Environment:
    """A virtual environment that several sessions share: making one for each would cost minutes."""

    def __init__(self, session: nox.Session, folder: Path) -> None:
        self._session = session
        self.folder = folder.absolute()
        self._uv = str(Path(sys.executable).parent / "uv")
        if not (self.folder / "bin/python").exists():
            # with pip in it: what `ao` tells a person to type uses pip
            self.uv("venv", "--quiet", "--clear", "--seed", "--python", sys.executable, str(self.folder))

    def uv(self, *arguments: str) -> None:
        """Run uv."""
        self._session.run(self._uv, *arguments, env=BUILD, external=True, silent=True)

    def install(self, *arguments: str) -> None:
        """Install into the environment; what is there and fits stays."""
        self.uv("pip", "install", "--quiet", "--python", str(self.folder / "bin/python"), *arguments)

    def run(self, program: str, *arguments: str, silent: bool = False) -> None:
        """Run one of the environment's programs, as if it were activated."""
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])
        environment: dict[str, str | None] = {"PATH": path, "VIRTUAL_ENV": str(self.folder)}
        # what a machine may set for its own ends, and a user's machine does not
        environment |= {"PYTHONDONTWRITEBYTECODE": None, "PYTHONUNBUFFERED": None}
        command = str(self.folder / "bin" / program)
        self._session.run(command, *arguments, env=environment, external=True, silent=silent)


def has_r() -> bool:
    """Say whether R is on PATH."""
    return shutil.which("Rscript") is not None


def packages() -> tuple[str, ...]:
    """Return the packages that can be installed here."""
    return (*PACKAGES, R_PACKAGE) if has_r() else PACKAGES


def install_all(environment: Environment) -> None:
    """Install every package for editing, and what checks and tests need."""
    editable = [argument for package in packages() for argument in ("-e", package)]
    environment.install(*editable, "-r", "requirements-dev.txt")


def development(session: nox.Session) -> Environment:
    """Return the environment of checks and tests."""
    environment = Environment(session, DEV)
    files = ["requirements-dev.txt", *(f"{package}/pyproject.toml" for package in packages())]
    needed = "".join(Path(file).read_text(encoding="utf-8") for file in files)
    installed = environment.folder / "installed"
    # once for all sessions: what is installed for editing is built and exchanged each time, under whoever uses it
    if not installed.exists() or installed.read_text(encoding="utf-8") != needed:
        install_all(environment)
        installed.write_text(needed, encoding="utf-8")
    return environment


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
    environment.run("python", "scripts/vendor_swagger_ui.py", "--check")


@nox.session(python=False)
def tests(session: nox.Session) -> None:
    """Run the tests of each Python package and of the templates."""
    folders = [f"{package}/tests" for package in (*PACKAGES, R_PACKAGE, "benchmarks")]
    development(session).run("pytest", *SIDE_BY_SIDE, *(session.posargs or [*folders, "cookiecutters"]))


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
def swagger_ui(session: nox.Session) -> None:
    """Take Swagger UI's files from the npm registry again, or those of the version behind `--`."""
    session.run(sys.executable, "scripts/vendor_swagger_ui.py", *session.posargs, external=True)


@nox.session(python=False, default=False)
def images(session: nox.Session) -> None:
    """Build the images: all, or those named after `--`."""
    session.run(sys.executable, "scripts/build_images.py", *session.posargs, external=True)


@nox.session(python=False)
def containers(session: nox.Session) -> None:
    """Build the images and test them in a Docker engine."""
    session.run(sys.executable, "scripts/build_images.py", external=True)
    # the builds on one side, all else on the other
    two = ("--numprocesses", "2", "--dist", "loadscope")
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
    environment.run("pytest", "docs/tests", *session.posargs)


@nox.session(python=False, default=False)
def demo(session: nox.Session) -> None:
    """Serve a model in each language and compare its answers with those of the language itself."""
    development(session).run("python", "scripts/demo.py")


@nox.session(python=False, default=False)
def benchmarks(session: nox.Session) -> None:
    """Measure AnOps and its peers side by side; `-- --help` tells what can be chosen."""
    environment, api = Environment(session, BENCHMARKS / "anops"), Environment(session, BENCHMARKS / "anops-api")
    packages = ["proto", "project", "worker", "model-service-python", *([R_PACKAGE] if has_r() else []), "benchmarks"]
    editable = [argument for package in packages for argument in ("-e", package)]
    environment.install(*editable, "-r", "benchmarks/environments/anops.txt")
    api.install("-e", "proto", "-e", "http-kit", "-e", "api-service")
    uv = str(Path(sys.executable).parent / "uv")
    environment.run(
        "python", "-m", "anops_benchmarks", "--uv", uv, "--place", str(BENCHMARKS.absolute()), *session.posargs
    )


@nox.session(python=False, default=False)
def canary(session: nox.Session) -> None:
    """Test against the newest releases, whatever our bounds say; `-- NAME` one of them alone. Not part of CI."""
    wanted = [name for name in CANARY if not session.posargs or name in session.posargs]
    wanted = [name for name in wanted if name != "rpy2-rinterface" or has_r()]
    folder = Path(".nox/canary")
    shutil.rmtree(folder, ignore_errors=True)
    environment = Environment(session, folder)
    without_bounds = folder / "without-bounds.txt"
    # the stubs are made by grpcio-tools, which goes along with gRPC
    without_bounds.write_text("".join(f"{name}>=0\n" for name in (*wanted, "grpcio-tools")), encoding="utf-8")
    editable = [argument for package in packages() for argument in ("-e", package)]
    environment.install("--override", str(without_bounds), *editable, "-r", "requirements-dev.txt")
    failed = []
    for name in wanted:
        environment.run("python", "-c", f"import importlib.metadata as m; print('{name}', m.version('{name}'))")
        try:
            environment.run("pytest", "--quiet", *SIDE_BY_SIDE, *CANARY[name])
        except CommandFailed:
            failed.append(name)
    if failed:
        session.error(f"the newest releases changed what we use: {', '.join(failed)}")


@nox.session(python=False)
def wheels(session: nox.Session) -> None:
    """Build each package as a wheel, install each by itself, and see that it starts."""
    ours = build_wheels(Environment(session, DEV), DIST.absolute())
    for package, proof in (
        ("anops-model-interface", ["-c", "import anops_model_interface.frames"]),
        ("anops-http", ["-c", "import anops_http.access.tokens"]),
        ("anops-project", ["-c", "import anops_project.project"]),
        ("anops-worker", ["-m", "anops_worker.describe", "--help"]),
        ("anops-model-service", ["-m", "anops_model_service", "--help"]),
        ("anops-api-service", ["-m", "anops_api_service", "--help"]),
        ("anops-model-service-r", ["-c", "import anops_model_service_r.runtime"]),
        ("anops", ["-c", "import anops"]),
        ("anops-control", ["-c", "import anops_control.verbs.registry"]),
        ("anops-training", ["-c", "import anops_training.engine"]),
        ("anops-data", ["-c", "import anops_data.adapter"]),
        ("anops-control-service", ["-c", "import anops_control_service.app"]),
        ("anops-cli", ["-m", "ao", "client", "r", "--output", ".nox/wheels/anops-cli"]),
    ):
        if package.endswith("-r") and not has_r():
            continue
        folder = Path(".nox/wheels") / package
        shutil.rmtree(folder, ignore_errors=True)
        alone = Environment(session, folder)
        alone.install(*ours, package)
        alone.run("python", *proof, silent=True)
        session.log(f"{package} installs and starts by itself")
    # in the last of them, without a network: pandas, the only thing that the client needs beside it, comes first
    alone.install("pandas>=2.2")
    alone.run("ao", "extra", "add", "client", "--wheels", str(DIST), silent=True)
    alone.run("python", "-c", "import anops", silent=True)
    session.log("ao takes an extra from the folder of wheels")
    try_release(session, ours)


def try_release(session: nox.Session, ours: list[str]) -> None:
    """Install `ao` from the folder of wheels, and make a project where there is no checkout."""
    with TemporaryDirectory(prefix="ao-release-") as folder:
        environment = Environment(session, Path(folder, "venv"))
        # what the line says, by uv: it takes seconds where pip takes a minute
        environment.install(*ours, release_line()[-1])
        with session.chdir(folder):
            environment.run("ao", "client", "r", silent=True)
            if has_r():
                environment.run("ao", "init", "here", "--lang", "r", silent=True)
    session.log(f"{shlex.join(release_line())} brings all that ao needs")


def release_line() -> tuple[str, ...]:
    """Return the command that installs `ao` from a folder of wheels."""
    what = "anops-cli[python,r]" if has_r() else "anops-cli[python]"
    return ("pip", "install", "--find-links", str(DIST.absolute()), what)


@nox.session(python=False, default=False)
def version(session: nox.Session) -> None:
    """Write the version of VERSION, or the one behind `--`, wherever it must stand."""
    session.run(sys.executable, "scripts/set_version.py", *session.posargs, external=True)


@nox.session(python=False, default=False)
def release(session: nox.Session) -> None:
    """Build every wheel into dist, in the version of VERSION, which must be the tag where HEAD has one."""
    session.run(sys.executable, "scripts/set_version.py", "--check", external=True)
    build_wheels(Environment(session, DEV), DIST)
    session.log(f"install it anywhere: {shlex.join(release_line())}")


@nox.session(python=False, default=False)
def install(session: nox.Session) -> None:
    """Put the command ao on your PATH, with all it needs in an environment of its own."""
    environment = Environment(session, HOME)
    ours = build_wheels(environment, HOME / "share/anops/wheels")
    environment.install(*ours, "anops-cli[python,r]" if has_r() else "anops-cli[python]")
    link = Path.home() / ".local/bin/ao"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(HOME / "bin/ao")
    session.log(f"ao is installed: {link}")
    if str(link.parent) not in os.environ.get("PATH", "").split(os.pathsep):
        session.log('put it on your PATH: export PATH="$HOME/.local/bin:$PATH"')
    if not has_r():
        session.log("R is not installed: ao serves Python models only; run `make install` again when it is")


def build_wheels(environment: Environment, target: Path) -> list[str]:
    """Build the wheel of every package into a folder that then holds nothing else, and return how to install anew.

    uv keeps what it has unpacked by the name of a wheel's file, which a changed wheel of one version has too.
    """
    shutil.rmtree(target, ignore_errors=True)
    for package in (*PACKAGES, R_PACKAGE):
        environment.uv("build", "--quiet", "--wheel", "--out-dir", str(target), package)
    ours = [name.stem.split("-")[0].replace("_", "-") for name in target.glob("*.whl")]
    fresh = [argument for name in ours for argument in ("--reinstall-package", name)]
    return [*fresh, "--find-links", str(target)]
