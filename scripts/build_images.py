"""Builds the images of AnOps from their Dockerfiles, with whatever builder `docker build` uses here."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

DOCKER, GIT = (shutil.which(name) or name for name in ("docker", "git"))
ROOT = Path(__file__).parents[1]
IMAGES = ("api-service", "model-service-python", "model-service-r", "cli", "control-service", "integration-tests")
ON_REQUEST = ("workspaces",)
"""Those that are built where they are named, FROM another of them."""
AT_A_TIME = 2


def main() -> int:
    """Build the images named on the command line, or all.

    Returns:
        0, or 1 where one can't be built.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "images", nargs="*", metavar="image", help=f"of {', '.join(IMAGES)} (default: all) or {', '.join(ON_REQUEST)}"
    )
    wanted = parser.parse_args().images or IMAGES
    unknown = [name for name in wanted if name not in (*IMAGES, *ON_REQUEST)]
    if unknown:
        print(f"✖ There is no image `{unknown[0]}`; there are {', '.join((*IMAGES, *ON_REQUEST))}.", file=sys.stderr)
        return 2
    for script in ("docker_engine.sh", "base_image.sh"):
        if subprocess.run([str(ROOT / "scripts" / script)], check=False).returncode:
            return 1
    version = tomllib.loads((ROOT / "cli/pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    commit = revision()
    # the first makes the layers that others begin with; after that one compiles while another waits for the network
    if not build(wanted[0], version, commit):
        return 1
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        done = list(pool.map(lambda name: build(name, version, commit), wanted[1:]))
    return 0 if all(done) else 1


def build(name: str, version: str, commit: str) -> bool:
    """Build one image, tagged with its version and with the short one that projects are made FROM."""
    tags = [f"anops/{name}:{version}", f"anops/{name}:{version.rpartition('.')[0]}"]
    command = [DOCKER, "build", "--file", f"{name}/Dockerfile"]
    command += ["--build-arg", f"VERSION={version}", "--build-arg", f"REVISION={commit}"]
    command += [argument for tag in tags for argument in ("--tag", tag)]
    begin = time.monotonic()
    done = subprocess.run(
        [*command, "."], cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-40:]), file=sys.stderr)
        print(f"✖ Can't build {tags[0]}; the last lines above say why.", file=sys.stderr)
        if "no space left on device" in done.stdout:
            print("→ The disk is full: `docker system df` shows what fills it.", file=sys.stderr)
        return False
    size = subprocess.run(
        [DOCKER, "image", "inspect", "--format", "{{.Size}}", tags[0]], check=True, stdout=subprocess.PIPE, text=True
    )
    print(f"built {tags[0]}: {int(size.stdout) / 1e6:.0f} MB, {time.monotonic() - begin:.0f} s", flush=True)
    return True


def revision() -> str:
    """Return the commit that is built, or what marks its absence."""
    described = subprocess.run(
        [GIT, "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    return described.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main())
