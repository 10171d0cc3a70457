"""A base image that is pulled gets the certificates of a site, as one that is made does."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import docker
import pytest
from docker.errors import ImageNotFound
from registries import PASSWORD, USER, registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine import Engine

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


@pytest.fixture
def pulled(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Put the base into a registry and forget it here: its name there, and the environment to pull it."""
    client = docker.from_env()
    with registry(tmp_path) as running:
        name = f"{running.host}/debian"
        client.images.get("debian:trixie-slim").tag(name, "trixie-slim")
        said = client.images.push(name, "trixie-slim", auth_config={"username": USER, "password": PASSWORD})
        assert "errorDetail" not in said, said
        client.images.remove(f"{name}:trixie-slim", noprune=True)
        auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        (tmp_path / "config.json").write_text(json.dumps({"auths": {running.host: {"auth": auth}}}))
        environment = {**os.environ, "DOCKER_CONFIG": str(tmp_path), "BASE": f"{name}:trixie-slim"}
        environment.pop("SSL_CERT_FILE", None)
        try:
            yield f"{name}:trixie-slim", environment
        finally:
            with suppress(ImageNotFound):
                client.images.remove(f"{name}:trixie-slim", noprune=True)
            client.close()


def make_base(root: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [root / "scripts/base_image.sh"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_certificates_of_the_site_are_added(
    pulled: tuple[str, dict[str, str]], root: Path, tmp_path: Path, engine: Engine
) -> None:
    name, environment = pulled
    bundle = tmp_path / "site.pem"
    # the proxy that signs anew may stand between a build and Debian's archive, too
    trusted = os.environ.get("SSL_CERT_FILE")
    text = Path(trusted).read_text() if trusted else ""
    bundle.write_text(f"{text}# the certificates of this site\n")
    said = make_base(root, environment | {"SSL_CERT_FILE": str(bundle)})
    assert said == f"Pulled {name}\nTrusted the certificates of SSL_CERT_FILE in {name}\n"
    assert engine.output(name, "tail", "-n", "1", BUNDLE) == (0, "# the certificates of this site\n")


def test_without_certificates_it_is_taken_as_it_is(pulled: tuple[str, dict[str, str]], root: Path) -> None:
    name, environment = pulled
    assert make_base(root, environment) == f"Pulled {name}\n"
