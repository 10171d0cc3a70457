"""Opens the file system of an address, and says in plain words what is wrong with it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import fsspec
from anops_control.errors import CommandError
from anops_control.events import CancelledError
from anops_control.file_failures import file_failure
from anops_control.suggestions import nearest
from anops_model_interface.codes import Code
from fsspec.implementations.local import LocalFileSystem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KNOWN = ("s3", "gs", "gcs", "abfs", "az", "sftp", "ssh", "file", "http", "https", "github", "hdfs", "webhdfs")
_PACKAGES = {
    "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs", "sftp": "paramiko", "ssh": "paramiko",
    "http": "aiohttp", "https": "aiohttp",
}  # fmt: skip
"""What fsspec needs for an address, beside what the extra brings."""
_REFUSED = frozenset({"AuthenticationException", "BadHostKeyException", "ClientAuthenticationError"})
"""How clients of SSH and of Azure call what a server does not let in."""
_FRESH = {"s3": {"use_listings_cache": False}, "gs": {"use_listings_cache": False}}


def opened(address: str, options: Mapping[str, str]) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it.

    Raises:
        CommandError: There is no such kind of address, or what it needs is not installed.
    """
    scheme = address.partition("://")[0] if "://" in address else "file"
    known: dict[str, object] = {**options, **_FRESH.get(scheme, {})}
    if "endpoint_url" in known and scheme == "s3":
        known["client_kwargs"] = {"endpoint_url": known.pop("endpoint_url")}
    try:
        system, path = fsspec.core.url_to_fs(address, skip_instance_cache=True, **known)
    except ImportError as error:
        needs = _PACKAGES.get(scheme)
        raise CommandError(
            f"`{address}` needs a Python package that is not installed beside `ao`.",
            details=[str(error)],
            command=f"{sys.executable} -m pip install {needs}" if needs else None,
            code=Code.ENVIRONMENT,
        ) from error
    except ValueError as error:
        guess = nearest(scheme, _KNOWN)
        raise CommandError(
            f"`{address}` is not the address of a board: `{scheme}://` is not known.",
            remedy=f"Did you mean `{guess}://`?"
            if guess
            else "Name a folder, or an address such as s3://bucket/folder.",
            code=Code.USAGE,
        ) from error
    except Exception as error:
        raise _failure(error, address) from error
    return system, str(path)


def is_local(system: object) -> bool:
    """Say whether a file system is that of this computer."""
    return isinstance(system, LocalFileSystem)


@contextmanager
def told(address: str) -> Iterator[None]:
    """Say what a store answers in a person's words."""
    try:
        yield
    except (CommandError, CancelledError):
        raise
    except Exception as error:  # each store has exceptions of its own
        raise _failure(error, address) from error


def _failure(error: Exception, address: str) -> CommandError:
    if isinstance(error, OSError) and (failure := file_failure(error)) is not None:
        return failure
    if isinstance(error, PermissionError) or type(error).__name__ in _REFUSED:
        said = "these credentials do not allow it"
        remedy = "Check the credentials in the environment, and what they allow."
    elif isinstance(error, FileNotFoundError) and error.filename and str(error.filename) not in address:
        said, remedy = f"`{error.filename}` is not there", "Correct `[data] options` of ao.toml."
    elif isinstance(error, FileNotFoundError):
        said, remedy = "it is not there", "Make the bucket or folder, or name another with --board."
    else:
        said, remedy = "it can't be reached or used", "Check the address, `[data] options` of ao.toml, and the network."
    lines = str(error).strip().splitlines()
    return CommandError(
        f"The board {address}: {said}.",
        details=[f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__],
        remedy=remedy,
        code=Code.STORE_UNUSABLE,
    )
