"""`ao extra`, in an environment of its own with real wheels and the real pip, and no network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
from anops_control.extras.known import EXTRAS
from packaging.requirements import Requirement
from person import Person

ROOT = Path(__file__).parents[2]


def write_wheel(folder: Path, name: str, *, code: str = "", needs: str = "", offers: str = "") -> None:
    """Write a wheel of version 1.0."""
    told = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": code,
        f"{told}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}",
        f"{told}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{told}/entry_points.txt": offers,
        f"{told}/RECORD": "",
    }
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        for path, content in files.items():
            wheel.writestr(path, content)


@pytest.fixture
def installed(tmp_path: Path) -> Person:
    """Somebody whose `ao` has an environment of its own, and lacks two distributions of the extra `client`."""
    home = tmp_path / "home"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    (packages,) = home.glob("lib/python3*/site-packages")
    (packages / "all.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    told = packages / "anops_cli-0.1.0.dist-info"
    told.mkdir()
    lines = [f"Requires-Dist: {line}\n" for line in requires("anops-cli") or () if "extra ==" not in line]
    lines += [f'Requires-Dist: {name}==1.0; extra == "client"\n' for name in ("anops_shed", "anops_tool")]
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: anops-cli\nVersion: 0.1.0\n{''.join(lines)}")
    person = Person(tmp_path)
    (home / "bin" / "ao").write_text(f'#!/bin/sh\nexec {home}/bin/python -m ao "$@"\n')
    (home / "bin" / "ao").chmod(0o755)
    person.environment |= {"PATH": f"{home}/bin:{person.environment['PATH']}", "PIP_NO_INDEX": "1"}
    return person


def test_an_extra_comes_from_a_folder_of_wheels_and_goes_again(installed: Person, tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    places = "[anops.places]\nshed = anops_shed:opened\n"
    write_wheel(wheels, "anops_shed", offers=places, needs="Requires-Dist: anops_nail\n")
    write_wheel(wheels, "anops_tool")
    assert "no" in next(line for line in installed.runs("ao extra list").splitlines() if line.startswith(" client"))
    installed.runs("ao extra add client --wheels wheels")
    assert installed.code == 1
    assert "✖ `anops_shed==1.0` and `anops_tool==1.0` can't be installed." in installed.said
    assert "anops_nail" in installed.said

    write_wheel(wheels, "anops_nail")
    installed.runs("ao extra add client --wheels wheels")
    assert installed.said.splitlines()[-1] == (
        "✔ Added anops_shed 1.0, anops_tool 1.0. The extra `client` brings `import anops`, the client that asks a "
        "served model."
    ), installed.said
    assert "Installed beside `ao`: anops-shed 1.0 (anops.places shed)" in installed.runs("ao extra list")
    assert "there already" in installed.runs("ao extra add client")

    # a distribution that came beside it needs one of them
    write_wheel(wheels, "anops_lamp", needs="Requires-Dist: anops_tool\n")
    installed.runs("python -m pip install -q --find-links wheels anops_lamp")
    assert "• anops_tool stays: `anops-lamp` needs it." in installed.runs("ao extra remove client")
    installed.runs("ao extra remove client")
    assert "• `anops_tool` is needed by `anops-lamp`." in installed.said
    assert installed.code == 2


def test_wheels_beside_the_installation_need_no_network(installed: Person, tmp_path: Path) -> None:
    for name in ("anops_shed", "anops_tool"):
        write_wheel(tmp_path / "wheels", name)
    shutil.copytree(tmp_path / "wheels", tmp_path / "home/share/anops/wheels")
    told = json.loads(installed.runs("ao extra add client --json 2>/dev/null"))
    assert told["added"] == ["anops_shed", "anops_tool"], installed.said


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("ao extra add pyhton", "→ Did you mean `python`?"),
        ("ao extra add kubernetes", "→ List them: ao extra list"),
        ("ao extra remove clients", "→ Did you mean `client`?"),
        ("ao extra add client --wheels nowhere", "✖ There is no folder `nowhere`."),
        ("ao extra ad client", "add"),
    ],
)
def test_what_is_not_there_is_told(command: str, told: str, installed: Person) -> None:
    assert told in installed.runs(command)
    assert installed.code == 2


def test_every_extra_of_the_distribution_is_told() -> None:
    optional = {str(each.marker) for each in map(Requirement, requires("anops-cli") or ()) if each.marker}
    assert optional == {f'extra == "{extra.name}"' for extra in EXTRAS}
    assert all(extra.requirements() for extra in EXTRAS)


def test_an_installation_without_what_loads_models_says_which_extra(installed: Person, python_project: Path) -> None:
    (site,) = (installed.folder / "home").glob("lib/python3*/site-packages")
    (site / "hidden.pth").write_text("import hidden\n")
    (site / "hidden.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'anops_worker' else find(name, *rest)\n"
    )
    installed.environment.pop("VIRTUAL_ENV", None)
    said = installed.runs(f"cd {python_project} && ao check --only predictions")
    assert "→ Run: ao extra add python" in said
    installed.runs(installed.reads("ao extra add"))
    assert installed.code == 0, installed.said
