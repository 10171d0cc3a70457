"""A person's key for signatures: Ed25519, as PEM, made where it is needed for the first time."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from anops_control.errors import CommandError
from anops_control.surroundings import SIGNING, current

if TYPE_CHECKING:
    from collections.abc import Callable

KEY, PASSWORD = SIGNING
_MAKE = "openssl genpkey -algorithm ed25519 -out signing.key"


@dataclass(frozen=True, slots=True)
class Trusted:
    """A public key, by which signatures are checked.

    Attributes:
        key: The key.
        file: Where it is.
    """

    key: Ed25519PublicKey
    file: Path

    @property
    def fingerprint(self) -> str:
        """What the key is called: the SHA-256 of its standard form."""
        return fingerprint_of(self.key)

    def has_signed(self, data: bytes, signature: bytes) -> bool:
        """Say whether a signature is of this key, over these bytes."""
        try:
            self.key.verify(signature, data)
        except InvalidSignature:
            return False
        return True


def fingerprint_of(key: Ed25519PublicKey) -> str:
    """Return what a key is called."""
    return f"sha256:{hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()}"


def own_key(told: Callable[[str], None]) -> Ed25519PrivateKey:
    """Return the person's key; where there is none, make one.

    Args:
        told: Is told of one that was made.

    Raises:
        CommandError: It can't be read or made.
    """
    file = _own_file()
    if not file.exists():
        if current().variables.get(KEY):
            raise CommandError(
                f"There is no key {file}, which {KEY} names.",
                remedy=f"Correct it; or make one: {_MAKE}",
                code=Code.FILE_NOT_FOUND,
            )
        told(f"Making a key for your signatures: {_make(file)}")
    password = current().variables.get(PASSWORD)
    try:
        key = load_pem_private_key(file.read_bytes(), password.encode() if password else None)
    except TypeError as error:  # a password lacks, or there is one too much
        lacks = not password
        raise CommandError(
            f"The key {file} {'has a password' if lacks else 'has no password, and one is given'}.",
            remedy=f"Set {PASSWORD}." if lacks else f"Unset {PASSWORD}.",
            code=Code.SIGNATURE,
        ) from error
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise _unusable(file, error) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _other_kind(file)
    return key


def trusted_keys(files: tuple[Path, ...]) -> tuple[Trusted, ...]:
    """Read public keys; without any, the person's own.

    Raises:
        CommandError: One can't be read, or none is there.
    """
    if files:
        return tuple(_trusted(file) for file in files)
    own = public_file(_own_file())
    if not own.exists():
        raise CommandError(
            "There is no key to check signatures with.",
            remedy="Name the public key of the signer: ao verify IMAGE --key FILE",
            code=Code.SIGNATURE,
        )
    return (_trusted(own),)


def public_file(file: Path) -> Path:
    """Return where the public half of a key is."""
    return file.with_suffix(".pub")


def _own_file() -> Path:
    variables = current().variables
    if variables.get(KEY):
        return Path(variables[KEY]).expanduser()
    return Path(variables.get("XDG_CONFIG_HOME") or Path.home() / ".config", "anops", "signing.key")


def _make(file: Path) -> Path:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        public_file(file).write_bytes(public)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(private)
    except OSError as error:
        raise CommandError(
            f"Can't make a key at {file}: {error.strerror}.",
            remedy=f"Make one elsewhere, and name it in {KEY}: {_MAKE}",
            code=Code.FILE_UNWRITABLE,
        ) from error
    return file


def _trusted(file: Path) -> Trusted:
    try:
        key = load_pem_public_key(file.read_bytes())
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {file}.", code=Code.FILE_NOT_FOUND) from error
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise _unusable(file, error) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _other_kind(file)
    return Trusted(key, file)


def _unusable(file: Path, error: Exception) -> CommandError:
    why = (isinstance(error, OSError) and error.strerror) or "it is not a key in PEM form, or the password is wrong"
    return CommandError(f"The key {file} can't be used: {why}.", code=Code.SIGNATURE)


def _other_kind(file: Path) -> CommandError:
    return CommandError(
        f"The key {file} must be an Ed25519 key, not one of another kind.",
        remedy=f"Make one: {_MAKE}",
        code=Code.SIGNATURE,
    )
