"""Of two api-services behind Debian's nginx, one is killed under load: nobody notices."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from fire import harmful, tell, under_load
from free_ports import free_ports
from stack import running, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.long
PAGE = Path(__file__).parents[1] / "docs/how-to/docker.md"
WHOLE = """
daemon off; error_log stderr; pid {folder}/nginx.pid; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {told}
}}
"""


@pytest.fixture(scope="module")
def nginx() -> str:
    """Debian's nginx; where it is not there, it is installed."""
    if shutil.which("nginx") is None and not Path("/usr/sbin/nginx").exists():
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "nginx-light"]
        subprocess.run(install, check=True, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
    return shutil.which("nginx") or "/usr/sbin/nginx"


@contextmanager
def proxy(nginx: str, folder: Path, *ports: int) -> Iterator[str]:
    """Run nginx with what the page says, in front of services on this computer."""
    told = re.search(r"```nginx\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert told is not None
    (port,) = free_ports(1)
    text = told[1].replace("listen 80;", f"listen 127.0.0.1:{port};")
    for name, service in zip(("api-service-1:8080", "api-service-2:8080"), ports, strict=True):
        assert name in text
        text = text.replace(name, f"127.0.0.1:{service}")
    (folder / "nginx.conf").write_text(WHOLE.format(folder=folder, told=text))
    with subprocess.Popen([nginx, "-p", folder, "-c", folder / "nginx.conf"]) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: _answers(url))
            yield url
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", trust_env=False, timeout=60).status_code == 200
    except httpx.HTTPError:
        return False


def test_one_of_two_replicas_killed_under_load_costs_nobody_anything(language: str, nginx: str, tmp_path: Path) -> None:
    project = harmful(tmp_path / "m", language, "sums")
    (tmp_path / "nginx").mkdir()
    with running("anops_model_service", "--project", str(project), "--port", "0") as model:
        flags = ("anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{model.port}")
        with (
            running(*flags) as first,
            running(*flags) as second,
            proxy(nginx, tmp_path / "nginx", first.port, second.port) as url,
            under_load(url) as load,
        ):
            time.sleep(2)
            first.process.send_signal(signal.SIGKILL)
            time.sleep(4)
    tell(f"one of two replicas killed {language}: {load.told()}")
    assert set(load.statuses) == {200}
    assert not load.wrong
    assert not load.lost


def test_a_replica_that_is_stopped_and_comes_back_costs_nobody_anything(
    language: str, nginx: str, tmp_path: Path
) -> None:
    project = harmful(tmp_path / "m", language, "sums")
    (tmp_path / "nginx").mkdir()
    with running("anops_model_service", "--project", str(project), "--port", "0") as model:
        flags = ("anops_api_service", "--model-url", f"127.0.0.1:{model.port}", "--port")
        with (
            running(*flags, "0") as first,
            running(*flags, "0") as second,
            proxy(nginx, tmp_path / "nginx", first.port, second.port) as url,
            under_load(url) as load,
        ):
            time.sleep(2)
            first.process.send_signal(signal.SIGTERM)
            assert first.process.wait(60) == 0
            with running(*flags, str(first.port)):
                time.sleep(3)
    tell(f"one of two replicas changed {language}: {load.told()}")
    assert set(load.statuses) == {200}
    assert not load.wrong
    assert not load.lost
