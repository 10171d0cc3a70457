from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from anops_control.environment import Interpreter
from anops_control.rules.installed_packages import Installed, installed_in
from packaging.requirements import Requirement


def test_the_projects_python_tells_its_packages_and_its_markers() -> None:
    found = installed_in(Interpreter(Path(sys.executable), "a test"))
    assert found.versions["scikit-learn"] == version("scikit-learn")
    assert Requirement(f"a; sys_platform == '{sys.platform}'").marker.evaluate(found.environment)  # type: ignore[union-attr]
    brought = found.brought_by([Requirement("scikit-learn")])
    assert {"numpy", "scipy", "joblib"} <= brought.keys()
    assert "pytest" not in brought


def test_extras_and_markers_say_what_a_package_brings() -> None:
    here = Installed(
        {"a": "1", "b": "2", "c": "3", "d": "4"},
        {"sys_platform": "linux"},
        {
            "a": ["b; extra == 'more'", "c; sys_platform == 'win32'", "d[x]"],
            "b": [],
            "c": [],
            "d": ["not a requirement!"],
        },
    )
    assert here.brought_by([Requirement("a")]) == {"a": "1", "d": "4"}
    assert here.brought_by([Requirement("A[more]"), Requirement("unknown")]) == {"a": "1", "b": "2", "d": "4"}
