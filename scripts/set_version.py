"""Writes the version of AnOps wherever it must stand: the file VERSION has it, and it is the tag in git.

Our own packages need each other in the very same version, since what they say to each other is private.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION = ROOT / "VERSION"
_FORM = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")

PLACES = {
    "*/pyproject.toml": (
        r'^(version = ")[^"]*(")',
        r'(?<!name = )("anops(?:-[a-z-]+)?(?:\[[a-z,]+\])?)(?:==[0-9.]+)?(")',
    ),
    "*/Dockerfile": (r"^(ARG VERSION=).*()$",),
    "model-service-r/src/*/r/*/DESCRIPTION": (r"^(Version: ).*()$",),
    "client/r/*/DESCRIPTION": (r"^(Version: ).*()$",),
    "docs/**/*.md": (
        r"(\banops-)[0-9.]+(-py3-none-any\.whl)",
        r"(\banops_)[0-9.]+(\.tar\.gz)",
        r'("api_version": ?")[0-9.]+(")',
    ),
}
"""Files, and what is before and behind the version in them."""
IMAGES = ("compose.yaml", "cookiecutters/*/*/*", "examples/*/*", "docs/**/*.md", "control/src/**/*.py")
"""Files that name our images by the first two numbers of the version."""
_IMAGE = re.compile(r"(\banops/(?:api-service|model-service-[a-z]+|cli):)[0-9]+\.[0-9]+\b")


def main() -> int:
    """Write the version, or check it.

    Returns:
        0, or 1 where a place has another version or HEAD has the tag of another.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", nargs="?", help="the new version; by default that of VERSION")
    parser.add_argument("--check", action="store_true", help="change nothing; say where another version stands")
    flags = parser.parse_args()
    version = flags.version or VERSION.read_text(encoding="ascii").strip()
    if not _FORM.fullmatch(version):
        print(f"✖ the version must be three numbers such as 0.2.0, not {version}", file=sys.stderr)
        return 1
    changed = written(version)
    if flags.check:
        faults = [f"{path.relative_to(ROOT)} has another version than VERSION" for path in changed]
        faults += [f"HEAD has the tag {tag}, and VERSION says {version}" for tag in tags() if tag != f"v{version}"]
        for fault in faults:
            print(f"✖ {fault}", file=sys.stderr)
        if faults:
            print("→ Run `nox -s version`, with the new one behind `--`.", file=sys.stderr)
        return 1 if faults else 0
    VERSION.write_text(f"{version}\n", encoding="ascii")
    for path, text in changed.items():
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


def written(version: str) -> dict[Path, str]:
    """Return the files that must change, with their new text."""
    changed: dict[Path, str] = {}
    for pattern, forms in PLACES.items():
        for path in sorted(ROOT.glob(pattern)):
            before = after = path.read_text(encoding="utf-8")
            for form in forms:
                equals = "==" if form.startswith("(?<!name") else ""
                after = re.sub(form, rf"\g<1>{equals}{version}\g<2>", after, flags=re.MULTILINE)
            if after != before:
                changed[path] = after
    short = ".".join(version.split(".")[:2])
    for pattern in IMAGES:
        for path in sorted(each for each in ROOT.glob(pattern) if each.is_file()):
            before = changed.get(path) or path.read_text(encoding="utf-8", errors="surrogateescape")
            after = _IMAGE.sub(rf"\g<1>{short}", before)
            if after != before:
                changed[path] = after
    return changed


def tags() -> list[str]:
    """Return the tags of versions that HEAD has."""
    command = ["git", "-C", str(ROOT), "tag", "--points-at", "HEAD", "--list", "v*"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()


if __name__ == "__main__":
    sys.exit(main())
