"""Sessions that build the wheels, install them where there is no checkout, and raise the version."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nox

from sessions.environments import DEV, PACKAGES, R_PACKAGE, Environment, has_r

DIST = Path("dist")
HOME = Path.home() / ".local/share/anops/venv"


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
        ("anops-series", ["-c", "import anops_series.opening"]),
        ("anops-api-service", ["-m", "anops_api_service", "--help"]),
        ("anops-model-service-r", ["-c", "import anops_model_service_r.runtime"]),
        ("anops", ["-c", "import anops"]),
        ("anops-control", ["-c", "import anops_control.verbs.registry"]),
        ("anops-training", ["-c", "import anops_training.engine"]),
        ("anops-data", ["-c", "import anops_data.adapter"]),
        ("anops-experiments", ["-c", "import anops_experiments.services"]),
        ("anops-monitoring", ["-c", "import anops_monitoring.adapter"]),
        ("anops-workspaces", ["-c", "import anops_workspaces.adapter"]),
        ("anops-features", ["-c", "import anops_features.adapter"]),
        ("anops-schedules", ["-c", "import anops_schedules.adapter"]),
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
