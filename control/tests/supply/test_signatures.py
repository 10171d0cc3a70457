"""Signatures are of one image, by one key, and nothing else is taken for one."""

from __future__ import annotations

import json
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest
from anops_control.errors import CommandError
from anops_control.supply.beside import keep_signatures, signatures_of
from anops_control.supply.signing_key import fingerprint_of, own_key, trusted_keys
from anops_control.supply.statement import Signature, judge, sign
from anops_control.surroundings import Surroundings, surrounded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IMAGE, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with surrounded(Surroundings({"XDG_CONFIG_HOME": str(tmp_path)})):
        yield tmp_path / "anops"


def test_a_key_is_made_once_and_read_by_its_owner_alone(home: Path) -> None:
    told: list[str] = []
    first, second = own_key(told.append), own_key(told.append)
    assert told == [f"Making a key for your signatures: {home / 'signing.key'}"]
    assert fingerprint_of(first.public_key()) == fingerprint_of(second.public_key())
    assert stat.S_IMODE((home / "signing.key").stat().st_mode) == 0o600
    assert [each.fingerprint for each in trusted_keys(())] == [fingerprint_of(first.public_key())]


@pytest.mark.usefixtures("home")
def test_a_signature_counts_for_its_image_and_its_key(tmp_path: Path) -> None:
    key = own_key(print)
    trusted = trusted_keys(())
    signed = sign(key, IMAGE, name="cars", model_digest="sha256:1")
    verdict = judge((signed,), IMAGE, trusted)
    assert verdict.by == trusted[0]
    assert verdict.signature is not None
    assert verdict.signature.notes()["anops.digest"] == "sha256:1"
    assert judge((signed,), OTHER, trusted).by is None

    # whoever writes another image into the payload has not signed that
    payload = json.loads(signed.payload)
    payload["critical"]["image"]["docker-manifest-digest"] = OTHER
    assert judge((Signature(json.dumps(payload).encode(), signed.signature),), OTHER, trusted).by is None
    for junk in (b"", b"null", b"[]", b"\xff", b'{"critical": 1}'):
        assert judge((Signature(junk, key.sign(junk)),), IMAGE, trusted).by is None

    with surrounded(Surroundings({"XDG_CONFIG_HOME": str(tmp_path / "another")})):
        own_key(print)
        assert judge((signed,), IMAGE, trusted_keys(())).by is None


def test_signatures_are_kept_beside_the_project(home: Path, tmp_path: Path) -> None:
    signed = sign(own_key(print), IMAGE, name="cars", model_digest="")
    file = keep_signatures(tmp_path, IMAGE, [signed])
    assert signatures_of(tmp_path, IMAGE) == (signed,)
    assert signatures_of(tmp_path, OTHER) == ()
    file.write_bytes(b"[{")
    assert signatures_of(tmp_path, IMAGE) == ()
    assert home.exists()


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def test_a_key_with_a_password_asks_for_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.key"
    openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:secret", "-out", str(file))
    with surrounded(Surroundings({"ANOPS_SIGNING_KEY": str(file)})):
        with pytest.raises(CommandError, match="has a password") as failed:
            own_key(print)
        assert failed.value.remedy == "Set ANOPS_SIGNING_KEY_PASSWORD."
    with surrounded(Surroundings({"ANOPS_SIGNING_KEY": str(file), "ANOPS_SIGNING_KEY_PASSWORD": "secret"})):
        assert own_key(print)
    with (
        surrounded(Surroundings({"ANOPS_SIGNING_KEY": str(file), "ANOPS_SIGNING_KEY_PASSWORD": "wrong"})),
        pytest.raises(CommandError, match="password is wrong"),
    ):
        own_key(print)


def test_what_is_no_key_is_refused_by_name(tmp_path: Path) -> None:
    rsa, text, absent = tmp_path / "rsa.pem", tmp_path / "text.pem", tmp_path / "absent.pem"
    openssl("genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(rsa))
    text.write_text("no key")
    for file, why in ((rsa, "must be an Ed25519 key"), (text, "not a key in PEM form"), (absent, "There is no key")):
        with (
            surrounded(Surroundings({"ANOPS_SIGNING_KEY": str(file)})),
            pytest.raises(CommandError, match=why) as failed,
        ):
            own_key(print)
        assert str(file) in failed.value.message
    with pytest.raises(CommandError, match="There is no file"):
        trusted_keys((absent,))
