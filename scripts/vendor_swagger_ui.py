"""Takes the files of Swagger UI into the api-service; `--check` only says whether they are those that it took.

They come from Swagger UI's own distribution on the npm registry that `npm` is set up for, and are kept in the tree, so
that a wheel and an image are built without that registry.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "api-service/src/anops_api_service/documents/swagger_ui"
SOURCE = "source.json"
PACKAGE = "swagger-ui-dist"
FILES = (
    "LICENSE",
    "NOTICE",
    "favicon-32x32.png",
    "swagger-ui-bundle.js",
    "swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui.css",
)
"""What the page needs, with the licences of it."""


def main() -> int:
    """Take the files or check them.

    Returns:
        0, or 1 where the files are not those of the distribution.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", nargs="?", help="the version to take; without it, that which is in the tree")
    parser.add_argument("--check", action="store_true", help="change nothing and ask no registry")
    flags = parser.parse_args()
    kept = json.loads((FOLDER / SOURCE).read_text(encoding="utf-8")) if (FOLDER / SOURCE).exists() else {}
    if flags.check:
        faults = faults_of(FOLDER, kept)
        for fault in faults:
            print(f"✖ {fault}", file=sys.stderr)
        if faults:
            print("→ Run `nox -s swagger_ui`.", file=sys.stderr)
        return 1 if faults else 0
    version = flags.version or kept.get("version")
    if version is None:
        parser.error("name the version to take: there is none in the tree")
    archive = pack(version)
    integrity = digest(archive)
    if version == kept.get("version") and integrity != kept["integrity"]:
        print(f"✖ {PACKAGE} {version} is not what it was: {integrity}, not {kept['integrity']}.", file=sys.stderr)
        return 1
    take(archive, {"package": PACKAGE, "version": version, "integrity": integrity})
    print(f"took {PACKAGE} {version} into {FOLDER.relative_to(ROOT)}")
    return 0


def pack(version: str) -> bytes:
    """Return the distribution's archive, which npm has checked against what its registry says of it.

    Raises:
        SystemExit: npm is missing or refuses; it has said why.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is missing: install Node.js.")
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run([npm, "pack", "--silent", f"{PACKAGE}@{version}"], cwd=folder, check=False)
        if ended.returncode != 0:
            raise SystemExit(f"npm can't fetch {PACKAGE} {version}.")
        return next(Path(folder).glob("*.tgz")).read_bytes()


def take(archive: bytes, source: dict[str, str]) -> None:
    """Write the files of an archive, and where they are from."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        contents = {name: opened.extractfile(f"package/{name}") for name in FILES}
        taken = {name: file.read() for name, file in contents.items() if file is not None}
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name, content in taken.items():
        (FOLDER / name).write_bytes(content)
    source_with_files = {**source, "files": {name: digest(content) for name, content in taken.items()}}
    (FOLDER / SOURCE).write_text(json.dumps(source_with_files, indent=2) + "\n", encoding="utf-8")


def digest(content: bytes) -> str:
    """Return a hash as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def faults_of(folder: Path, source: dict[str, dict[str, str]]) -> list[str]:
    """Return in which points a folder is not what was taken into it."""
    wanted = source.get("files", {})
    there = {path.name for path in folder.glob("*")} - {SOURCE}
    faults = [f"{name}: it is no file of {PACKAGE}" for name in sorted(there - wanted.keys())]
    faults += [f"{name}: it is missing" for name in sorted({*wanted, *FILES} - there)]
    return faults + [
        f"{name}: it is not the file of {PACKAGE}"
        for name in sorted(there & wanted.keys())
        if digest((folder / name).read_bytes()) != wanted[name]
    ]


if __name__ == "__main__":
    sys.exit(main())
