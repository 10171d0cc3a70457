"""Takes the parts of pages that others made into the api-service; `--check` only says whether they are as taken.

They come from their own distributions on the npm registry that `npm` is set up for, and are kept in the tree, so that a
wheel and an image are built without that registry.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCUMENTS = ROOT / "api-service/src/anops_api_service/documents"
SOURCE = "source.json"


@dataclass(frozen=True)
class Part:
    """A distribution, and what of it is kept where.

    Attributes:
        package: Its name on the registry.
        folder: Where its files are kept, below the documents of the api-service.
        files: What a page needs, with the licences of it: paths in the distribution.
    """

    package: str
    folder: str
    files: tuple[str, ...]

    @property
    def place(self) -> Path:
        """The folder."""
        return DOCUMENTS / self.folder


PARTS = (
    Part(
        "swagger-ui-dist",
        "swagger_ui",
        (
            "LICENSE",
            "NOTICE",
            "favicon-32x32.png",
            "swagger-ui-bundle.js",
            "swagger-ui-bundle.js.LICENSE.txt",
            "swagger-ui.css",
        ),
    ),
    Part("uplot", "model_page/files/vendor/uplot", ("LICENSE", "dist/uPlot.iife.min.js", "dist/uPlot.min.css")),
    # Preact stands inside of it, whose licence comes from its own distribution
    Part("htm", "model_page/files/vendor/htm", ("LICENSE", "preact/standalone.module.js")),
    Part("preact", "model_page/files/vendor/preact", ("LICENSE",)),
)


def main() -> int:
    """Take the files or check them.

    Returns:
        0, or 1 where the files are not those of the distributions.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", nargs="?", choices=[part.package for part in PARTS], help="the one to take")
    parser.add_argument("version", nargs="?", help="its version; without it, that which is in the tree")
    parser.add_argument("--check", action="store_true", help="change nothing and ask no registry")
    flags = parser.parse_args()
    parts = [part for part in PARTS if flags.package in {None, part.package}]
    if flags.check:
        faults = [fault for part in parts for fault in faults_of(part.place, kept(part), part)]
        for fault in faults:
            print(f"✖ {fault}", file=sys.stderr)
        if faults:
            print("→ Run `nox -s front_end`.", file=sys.stderr)
        return 1 if faults else 0
    return max(taken(part, flags.version or kept(part).get("version")) for part in parts)


def kept(part: Part) -> dict[str, Any]:
    """Return what is known of the files in the tree."""
    source = part.place / SOURCE
    return dict(json.loads(source.read_text(encoding="utf-8"))) if source.exists() else {}


def taken(part: Part, version: str | None) -> int:
    """Take a version, and return 0; 1 where it is not what it was."""
    if version is None:
        raise SystemExit(f"Name the version of {part.package} to take: there is none in the tree.")
    archive = pack(part.package, version)
    integrity, before = digest(archive), kept(part)
    if version == before.get("version") and integrity != before["integrity"]:
        print(
            f"✖ {part.package} {version} is not what it was: {integrity}, not {before['integrity']}.", file=sys.stderr
        )
        return 1
    take(part, archive, {"package": part.package, "version": version, "integrity": integrity})
    print(f"took {part.package} {version} into {part.place.relative_to(ROOT)}")
    return 0


def pack(package: str, version: str) -> bytes:
    """Return a distribution's archive, which npm has checked against what its registry says of it.

    Raises:
        SystemExit: npm is missing or refuses; it has said why.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is missing: install Node.js.")
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run([npm, "pack", "--silent", f"{package}@{version}"], cwd=folder, check=False)
        if ended.returncode != 0:
            raise SystemExit(f"npm can't fetch {package} {version}.")
        return next(Path(folder).glob("*.tgz")).read_bytes()


def take(part: Part, archive: bytes, source: dict[str, str]) -> None:
    """Write the files of an archive, and where they are from."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        contents = {Path(name).name: opened.extractfile(f"package/{name}") for name in part.files}
        files = {name: file.read() for name, file in contents.items() if file is not None}
    shutil.rmtree(part.place, ignore_errors=True)
    part.place.mkdir(parents=True)
    for name, content in files.items():
        (part.place / name).write_bytes(content)
    source_with_files = {**source, "files": {name: digest(content) for name, content in files.items()}}
    (part.place / SOURCE).write_text(json.dumps(source_with_files, indent=2) + "\n", encoding="utf-8")


def digest(content: bytes) -> str:
    """Return a hash as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def faults_of(folder: Path, source: dict[str, Any], part: Part) -> list[str]:
    """Return in which points a folder is not what was taken into it."""
    wanted: dict[str, str] = source.get("files", {})
    there = {path.name for path in folder.glob("*")} - {SOURCE}
    faults = [f"{name}: it is no file of {part.package}" for name in sorted(there - wanted.keys())]
    needed = {*wanted, *(Path(name).name for name in part.files)}
    faults += [f"{part.package}: {name} is missing" for name in sorted(needed - there)]
    return faults + [
        f"{name}: it is not the file of {part.package}"
        for name in sorted(there & wanted.keys())
        if digest((folder / name).read_bytes()) != wanted[name]
    ]


if __name__ == "__main__":
    sys.exit(main())
