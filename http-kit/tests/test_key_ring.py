from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from anops_http.access import key_ring
from anops_http.access.key_file import KeyFileError, hash_of, new_secret, read_keys
from anops_http.access.key_ring import KeyRing
from anops_http.access.scopes import Scope

if TYPE_CHECKING:
    from pathlib import Path


def entry(name: str, secret: str, more: str = "", scopes: str = '["predict"]') -> str:
    return f'[[key]]\nname = "{name}"\nhash = "{hash_of(secret)}"\nscopes = {scopes}\n{more}\n'


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_ring, "_LOOK_EVERY", 0.0)


def test_a_key_is_known_by_its_hash_alone(tmp_path: Path) -> None:
    file, secret = tmp_path / "keys.toml", new_secret()
    file.write_text(entry("dashboard", secret))

    caller = KeyRing(file).caller(secret.encode())

    assert caller is not None
    assert (caller.name, caller.scopes) == ("dashboard", {Scope.PREDICT})
    assert secret not in file.read_text()
    assert KeyRing(file).caller(b"ao_another") is None


def test_keys_come_and_go_without_a_restart(tmp_path: Path) -> None:
    file, old, new = tmp_path / "keys.toml", new_secret(), new_secret()
    file.write_text(entry("old", old))
    ring = KeyRing(file)
    assert ring.caller(old.encode())

    file.write_text(entry("new", new))
    os.utime(file, ns=(1, 1))

    assert ring.caller(old.encode()) is None
    assert ring.caller(new.encode())


def test_a_file_half_written_shuts_nobody_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file, secret = tmp_path / "keys.toml", new_secret()
    file.write_text(entry("dashboard", secret))
    ring = KeyRing(file)

    file.write_text('[[key]]\nname = "dash')

    assert ring.caller(secret.encode())
    assert "The keys read before stay in force." in caplog.text


def test_an_expired_key_is_unknown(tmp_path: Path) -> None:
    file, secret = tmp_path / "keys.toml", new_secret()
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    file.write_text(entry("dashboard", secret, f"expires = {past}"))

    assert KeyRing(file).caller(secret.encode()) is None
    assert read_keys(file)[0].is_expired


def test_a_caller_has_its_own_limit(tmp_path: Path) -> None:
    file, slow, fast = tmp_path / "keys.toml", new_secret(), new_secret()
    file.write_text(entry("slow", slow, "per_second = 2") + entry("fast", fast))
    ring = KeyRing(file)
    callers = [ring.caller(slow.encode()), ring.caller(fast.encode())]
    assert all(callers)

    granted = [[caller.has_room() for _ in range(4)] for caller in callers if caller]

    assert granted == [[True, True, False, False], [True] * 4]

    os.utime(file, ns=(1, 1))  # a file that is read again gives nobody a new start
    again = ring.caller(slow.encode())
    assert again
    assert not again.has_room()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("key = 1", "must hold tables `[[key]]` only"),
        ("[keys]\n", "received `keys`"),
        ("[[key]]\n", "Key 1 of"),
        ('[[key]]\nname = "a b"', "needs a `name`"),
        ('[[key]]\nname = "a"\nhash = "secret"', "needs a `hash` as `ao key add` writes it"),
        (entry("a", "x", scopes="[]"), "needs `scopes`, a list of predict, observe, metadata, metrics, approve, admin"),
        (entry("a", "x", scopes='["write"]'), "has the scope `write`; there are predict"),
        (entry("a", "x", "per_second = 0"), "it must be a number above 0"),
        (entry("a", "x", "expires = 2027-01-01"), "it must be a time such as 2027-01-31T12:00:00Z"),
        (entry("a", "x", 'until = "x"'), "has `until`"),
        (entry("a", "x") + entry("a", "y"), "Two keys of"),
        ("[[key", "is not TOML"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(text)

    with pytest.raises(KeyFileError) as caught:
        read_keys(file)

    assert told in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="There is no file of keys"):
        KeyRing(tmp_path / "keys.toml")
