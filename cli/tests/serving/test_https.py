"""A project that is served over HTTPS, and asked."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from anops_control.serving.ready import ReadyService

if TYPE_CHECKING:
    from collections.abc import Callable


def ao(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "ao", *words]
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )


def test_a_project_is_served_and_asked_over_https(
    python_project: Path, tmp_path: Path, serve: Callable[..., Any]
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    pair = authority.issue_cert("localhost", "models.example.org")
    pair.private_key_pem.write_to_path(tmp_path / "own.key")
    (tmp_path / "own.pem").write_bytes(b"".join(blob.bytes() for blob in pair.cert_chain_pems))
    rows = tmp_path / "rows.csv"
    rows.write_text("sepal length (cm),petal width (cm)\n5.1,0.2\n")
    flags = ("--https-certificate", str(tmp_path / "own.pem"), "--https-key", str(tmp_path / "own.key"))
    with serve(python_project, "--port", "0", *flags) as served:
        served.wait_for("ready")
        assert served.url.startswith("https://127.0.0.1:")
        here = ao(python_project, "predict", str(rows))  # who serves it knows its certificate
        assert here.stdout.startswith("prediction\n"), here.stderr
        printed = shlex.split(served.events[0]["curl"])
        asked = subprocess.run(printed, capture_output=True, text=True, check=False)
        assert asked.stdout.startswith('{"predictions":'), (printed, asked.stderr)

        url = served.url.replace("127.0.0.1", "localhost")
        for given in ({"ANOPS_CA_FILE": str(tmp_path / "ca.pem")}, {}):
            words = () if given else ("--ca-file", str(tmp_path / "ca.pem"))
            assert ao(tmp_path, "predict", str(rows), "--url", url, *words, **given).stdout == here.stdout
        distrusted = ao(tmp_path, "predict", str(rows), "--url", url)
        assert distrusted.returncode == 5
        assert f"The certificate of {url} is not trusted: " in distrusted.stderr
        assert "--ca-file FILE" in distrusted.stderr

    (tmp_path / "own.key").write_text("no key")
    refused = ao(python_project, "serve", "--port", "0", *flags)
    assert refused.returncode != 0
    assert f"{tmp_path / 'own.key'} holds no private key that can be read" in refused.stderr


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["127.0.0.1", "localhost"], "curl --cacert own.pem https://127.0.0.1:8453/predict"),
        (["localhost"], "curl --cacert own.pem https://localhost:8453/predict"),
        (
            ["models.example.org"],
            "curl --cacert own.pem --resolve models.example.org:8453:127.0.0.1 https://models.example.org:8453/predict",
        ),
        (
            ["*.example.org"],
            "curl --cacert own.pem --resolve models.example.org:8453:127.0.0.1 https://models.example.org:8453/predict",
        ),
    ],
)
def test_curl_asks_by_a_name_that_the_certificate_has(
    names: list[str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.pem").write_bytes(trustme.CA().issue_cert(*names).cert_chain_pems[0].bytes())
    ready = ReadyService("https://127.0.0.1:8453", {}, 8080, certificate=Path("own.pem"))
    assert ready.curl().startswith(expected)
    assert ready.known_url == ready.url  # `ao predict` of the project knows it
