"""Writes the requirements.txt of each image: every package that goes into it, with version and hashes.

The images install these files, so that the same source gives the same image; `pyproject.toml` stays the place
where what is needed is said.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PYTHON = "3.13"
"""The Python of the base image."""

COMPONENTS = {
    "api-service": ("proto", "http-kit", "series", "api-service"),
    "model-service-python": ("proto", "project", "worker", "model-service-python"),
    "model-service-r": ("proto", "project", "worker", "model-service-python", "model-service-r"),
    "cli": (
        "proto",
        "project",
        "worker",
        "model-service-python",
        "http-kit",
        "series",
        "api-service",
        "control",
        "control-service",
        "cli",
    ),
    "control-service": (
        "proto",
        "project",
        "worker",
        "model-service-python",
        "model-service-r",
        "http-kit",
        "series",
        "api-service",
        "control",
        "control-service",
        "cli",
    ),
    "workspaces": ("experiments",),
}
"""Our own packages inside each image."""

EXTRAS: dict[str, dict[str, tuple[str, ...]]] = {
    "api-service": {"anops-series": ("postgresql",), "anops-model-interface": ("postgresql", "redis")},
    "model-service-python": {"anops-worker": ("data-frames",)},
    "cli": {"anops-worker": ("data-frames",)},
    "control-service": {"anops-worker": ("data-frames",)},
    "workspaces": {"anops-experiments": ("dask",)},
}
"""The extras of our own packages that an image has beside those that they ask each other for."""

ALSO_IN_IMAGE = {
    "control-service": ("pytest>=8", "ruff>=0.9", "scikit-learn>=1.6", "uv>=0.5"),
    # the pages of the dashboard
    "workspaces": ("bokeh>=3.4",),
}
"""What projects are checked with, what most of their models need, and what makes environments."""

HEADER = "# Made by `nox -s lock` from pyproject.toml: edit that, not this.\n"


def main() -> int:
    """Write the files, or check them.

    Returns:
        0, or 1 where a file does not hold what `pyproject.toml` asks for.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; say what is not up to date")
    parser.add_argument("--upgrade", action="store_true", help="take newer versions")
    parser.add_argument("--uv", default="uv", help="the program uv")
    flags = parser.parse_args()
    sources = {ROOT / component: wanted(component) for component in COMPONENTS}
    sources[ROOT / "integration-tests"] = lines_of(ROOT / "integration-tests/requirements.in")
    if flags.check:
        faults = []
        for folder, needs in sources.items():
            faults += [f"{folder.name}/requirements.txt: {fault}" for fault in faults_of(folder, needs)]
        for fault in faults:
            print(f"✖ {fault}", file=sys.stderr)
        if faults:
            print("→ Run `nox -s lock`.", file=sys.stderr)
        return 1 if faults else 0
    for folder, needs in sources.items():
        lock(folder / "requirements.txt", needs, flags.uv, upgrade=flags.upgrade)
    return 0


def wanted(component: str) -> list[str]:
    """Return what a component's packages need from others, as requirements."""
    projects = [
        tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        for folder in COMPONENTS[component]
    ]
    needs = {need for project in projects for need in project["dependencies"]}
    for project in projects:  # the extras of our own packages that another of them asks for
        asked = {extra for need in map(Requirement, needs) if need.name == project["name"] for extra in need.extras}
        asked |= set(EXTRAS.get(component, {}).get(project["name"], ()))
        needs |= {need for extra in asked for need in project["optional-dependencies"][extra]}
    needs |= set(ALSO_IN_IMAGE.get(component, ()))
    ours = {project["name"] for project in projects}
    return sorted(need for need in needs if name_of(need) not in ours)


def name_of(requirement: str) -> str:
    """Return the name in a requirement, as registries write it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name.group()).lower() if name else ""


def lines_of(file: Path) -> list[str]:
    """Return the requirements in a file."""
    lines = (line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def lock(file: Path, needs: list[str], uv: str, *, upgrade: bool) -> None:
    """Write one file; versions that are in it and fit stay."""
    command = [uv, "pip", "compile", "--quiet", "--no-config", "--generate-hashes", "--no-emit-index-url"]
    command += ["--no-header", "--annotation-style=line", "--python-version", PYTHON, "--python-platform=linux"]
    command += ["--upgrade"] if upgrade else []
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "requirements.in"), Path(folder, "requirements.txt")
        source.write_text("\n".join(needs) + "\n", encoding="utf-8")
        if file.exists():
            target.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
        subprocess.run([*command, "--output-file", str(target), str(source)], check=True)
        text = re.sub(r"^ +# via .*\n", "", target.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(HEADER + re.sub(r" +# via .*$", "", text, flags=re.MULTILINE), encoding="utf-8")
    print(f"wrote {file.relative_to(ROOT)}")


def faults_of(folder: Path, needs: list[str]) -> list[str]:
    """Return in which points a file is not what is asked for; no network is needed to see them."""
    file = folder / "requirements.txt"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    locked = dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^ ;\\]+)", text, flags=re.MULTILINE))
    faults = []
    for need in map(Requirement, needs):
        version = locked.get(name_of(need.name))
        if version is None:
            faults.append(f"{need} is missing")
        elif not need.specifier.contains(version):
            faults.append(f"{need.name} is {version}, must be {need.specifier}")
    return faults


if __name__ == "__main__":
    sys.exit(main())
