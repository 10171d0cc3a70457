"""A vulnerability, a package of which nothing is known, and an audit that failed are told apart."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

_PATH = Path(__file__).parents[1] / "scripts/audit.py"
_SPEC = importlib.util.spec_from_file_location("anops_audit", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
audit: Any = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = audit  # dataclasses look for it there
_SPEC.loader.exec_module(audit)


def test_a_vulnerability_is_named_with_the_version_that_mends_it() -> None:
    known = {"id": "PYSEC-2021-142", "fix_versions": ["5.4"], "aliases": ["CVE-2020-14343"], "description": "…"}
    told = {"dependencies": [{"name": "pyyaml", "version": "5.3", "vulns": [known]}], "fixes": []}
    read = audit.audit_of(json.dumps(told), "Found 1 known vulnerability in 1 package")
    assert read.found == ("pyyaml 5.3: PYSEC-2021-142, mended in 5.4",)
    assert not read.not_asked
    assert not read.failure


def test_a_package_that_was_not_looked_up_is_not_called_clean() -> None:
    told = {"dependencies": [{"name": "anyio", "skip_reason": "Dependency not found on PyPI"}], "fixes": []}
    read = audit.audit_of(json.dumps(told), "No known vulnerabilities found")
    assert read.not_asked == ("anyio",)


def test_an_audit_without_a_network_has_failed() -> None:
    read = audit.audit_of("", "Traceback …\nrequests.exceptions.ConnectionError: Failed to resolve 'api.osv.dev'\n")
    assert read.failure == "requests.exceptions.ConnectionError: Failed to resolve 'api.osv.dev'"


def test_a_weak_place_needs_a_reason_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("pickle.load(f)\npickle.load(f)  # noqa: S301  ours\npickle.load(f)  # noqa: S608\n")
    results = [
        {"test_id": "B301", "filename": "a.py", "line_number": line, "issue_text": "Pickle"} for line in (1, 2, 3)
    ]
    assert audit.weak_places({"results": results}, tmp_path) == ["a.py:1: B301 Pickle", "a.py:3: B301 Pickle"]
