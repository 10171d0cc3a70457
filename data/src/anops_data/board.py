"""A board of pins: a folder for each dataset, one in it for each version, wherever fsspec gets to."""

from __future__ import annotations

import shlex
import tempfile
import unicodedata
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.errors import CommandError
from anops_model_interface.codes import Code
from fsspec.callbacks import Callback

from anops_data import pin_metadata
from anops_data.changed_files import require_same
from anops_data.copying_ahead import copying
from anops_data.digests import digest, quietly
from anops_data.places import is_local, opened, told
from anops_data.writing_here import ASIDE, alone, aside_of, copied, flush

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from anops_control.datasets.port import Advance, Stored, Wanted

    from anops_data.copying_ahead import Ahead

_FIRST = datetime.min.replace(tzinfo=UTC)


class PinsBoard:
    """A board of pins."""

    def __init__(self, address: str, options: Mapping[str, str]) -> None:
        self.address = address.removeprefix("file://")
        self._system, root = opened(address, options)
        self._root = root.rstrip("/")
        self._local = Path(root) if is_local(self._system) else None
        self._ahead: Ahead | None = None
        if self._local is not None and self._local.exists() and not self._local.is_dir():
            raise CommandError(
                f"The board {self.address} is a file, not a folder.",
                remedy="Name a folder with --board, or as `board` of [data] in ao.toml.",
                code=Code.STORE_UNUSABLE,
            )

    def names(self) -> Sequence[str]:
        """Return the names of all datasets, in order."""
        with told(self.address):
            found = self._listed(self._root)
        return sorted(unicodedata.normalize("NFC", name) for name, is_folder in found.items() if is_folder)

    def versions(self, name: str) -> Sequence[Stored]:
        """Return the whole versions of a dataset, the oldest first."""
        found: dict[str, Stored] = {}
        with told(self.address):
            entries = self._listed(f"{self._root}/{name}")
            if pin_metadata.FILE in entries:
                raise pin_metadata.older(name, self.address, 0)
            for version in sorted(each for each, is_folder in entries.items() if is_folder):
                try:
                    content = self._system.cat_file(f"{self._root}/{name}/{version}/{pin_metadata.FILE}")
                except (FileNotFoundError, NotADirectoryError):
                    continue  # not whole: its metadata are written last
                stored = pin_metadata.read(content, name, version, self.address)
                found.setdefault(stored.hash, stored)
        return list(found.values())

    @contextmanager
    def ahead(self, file: Path) -> Iterator[None]:
        """Copy a file that is about to be added, as far as that can be done before."""
        if self._local is None:
            yield
            return
        with ExitStack() as stack:
            with told(self.address):
                aside = stack.enter_context(aside_of(self._local))
                self._ahead = stack.enter_context(copying(file, aside / "rows"))
            try:
                yield
            finally:
                self._ahead = None

    def add(self, wanted: Wanted, advance: Advance = quietly) -> tuple[Stored, bool]:
        """Keep a version, all of it or nothing, and say whether it is new."""
        known = self._known(wanted)
        if known is not None:
            return known, False
        with told(self.address):
            if self._local is not None:
                return self._add_here(self._local, wanted, advance)
            return self._add_there(wanted, advance), True

    @contextmanager
    def verified(self, stored: Stored, advance: Advance = quietly) -> Iterator[Path]:
        """Give a version's file, whose bytes are those that were added."""
        if not stored.file or "/" in stored.file:
            raise CommandError(
                f"Version {stored.version} of `{stored.name}` has several files, which only the pins packages can "
                "read.",
                code=Code.FILE_UNREADABLE,
            )
        path = f"{self._root}/{stored.name}/{stored.version}/{stored.file}"
        if self._local is not None:
            with told(self.address):
                self._check(stored, Path(path), advance)
            yield Path(path)
            return
        with tempfile.TemporaryDirectory(prefix="ao-data-") as folder:
            target = Path(folder, stored.file)
            with told(self.address):
                try:
                    self._system.get_file(path, str(target))
                except FileNotFoundError:
                    target.unlink(missing_ok=True)
                self._check(stored, target, advance)
            yield target

    def remove(self, name: str, versions: Sequence[Stored]) -> None:
        """Remove versions of a dataset, and the dataset with the last of them."""
        with told(self.address):
            everything = {each.version for each in versions} >= {each.version for each in self.versions(name)}
            gone = {each.hash for each in versions}
            home = f"{self._root}/{name}"
            for version, is_folder in self._listed(home).items():
                if not is_folder or not (everything or self._hash_of(name, version) in gone):
                    continue
                if self._local is not None:
                    with aside_of(self._local) as aside:
                        Path(home, version).rename(aside / version)
                else:  # its metadata first: without them it is no version any more
                    for file in (pin_metadata.FILE, ""):
                        with suppress(FileNotFoundError):
                            self._system.rm(f"{home}/{version}/{file}".rstrip("/"), recursive=not file)
            if self._local is not None:
                with suppress(OSError):
                    Path(home).rmdir()
            elif everything:
                with suppress(Exception):  # a bucket has no folders
                    self._system.rmdir(home)

    def _hash_of(self, name: str, version: str) -> str | None:
        try:
            content = self._system.cat_file(f"{self._root}/{name}/{version}/{pin_metadata.FILE}")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return pin_metadata.read(content, name, version, self.address).hash

    def _known(self, wanted: Wanted) -> Stored | None:
        return next((each for each in self.versions(wanted.name) if each.hash == wanted.hash), None)

    def _second(self, wanted: Wanted) -> datetime:
        """Return a second of its own: of two versions of one second, pins takes any for the latest.

        What is added now is behind all others, also behind those of a clock that goes wrong; what was added to
        another board keeps its second.
        """
        taken = {datetime.fromisoformat(each.created) for each in self.versions(wanted.name)}
        if wanted.created is not None:
            second = datetime.fromisoformat(wanted.created)
        else:
            second = max(
                datetime.now(UTC).replace(microsecond=0), *(each + timedelta(seconds=1) for each in taken), _FIRST
            )
        while second in taken:
            second += timedelta(seconds=1)
        return second

    def _add_here(self, root: Path, wanted: Wanted, advance: Advance) -> tuple[Stored, bool]:
        home = root / wanted.name
        with aside_of(root) as aside:
            made = aside / "version"
            made.mkdir()
            file = made / pin_metadata.file_name(wanted.name, wanted.description.form)
            ahead = self._ahead if self._ahead is not None and self._ahead.file == wanted.file else None
            size = copied(wanted, file, advance) if ahead is None else ahead.taken(wanted, file)
            with alone(home):
                known = self._known(wanted)  # since then, another may have added it
                if known is not None:
                    return known, False
                created = self._second(wanted)
                content = pin_metadata.written(wanted, created, size)
                (made / pin_metadata.FILE).write_bytes(content)
                version = pin_metadata.version_of(created, wanted.hash)
                for each in made.iterdir():
                    flush(each)
                made.rename(home / version)
                flush(home)
        return pin_metadata.read(content, wanted.name, version, self.address), True

    def _add_there(self, wanted: Wanted, advance: Advance) -> Stored:
        before = wanted.file.stat()
        with self._reserved(wanted) as created:
            version = pin_metadata.version_of(created, wanted.hash)
            home = f"{self._root}/{wanted.name}/{version}"
            file = f"{home}/{pin_metadata.file_name(wanted.name, wanted.description.form)}"
            try:
                self._system.makedirs(home, exist_ok=True)
                self._system.put_file(str(wanted.file), file, callback=_Progress(advance, before.st_size))
                require_same(wanted.file, before, wanted.file.stat())
                content = pin_metadata.written(wanted, created, before.st_size)
                self._system.pipe_file(f"{home}/{pin_metadata.FILE}", content)  # from here on, it is a version
            except BaseException:
                with suppress(Exception):
                    self._system.rm(home, recursive=True)
                raise
        return pin_metadata.read(content, wanted.name, version, self.address)

    @contextmanager
    def _reserved(self, wanted: Wanted) -> Iterator[datetime]:
        """Take a second that no other writer has: a mark that only one can make holds it meanwhile."""
        created = self._second(wanted)
        while True:
            mark = f"{self._root}{ASIDE}/{wanted.name}/{created:%Y%m%dT%H%M%SZ}"
            try:
                self._system.makedirs(mark.rpartition("/")[0], exist_ok=True)
                self._system.pipe_file(mark, b"ao", mode="create")
            except FileExistsError:
                created += timedelta(seconds=1)
                continue
            taken = {datetime.fromisoformat(each.created) for each in self.versions(wanted.name)}
            if created not in taken:  # by one that was done before the mark was made
                break
            self._system.rm_file(mark)
            created = self._second(wanted)
        try:
            yield created
        finally:
            with suppress(Exception):
                self._system.rm_file(mark)
                for folder in (f"{self._root}{ASIDE}/{wanted.name}", f"{self._root}{ASIDE}"):
                    self._system.rmdir(folder)

    def _listed(self, path: str) -> dict[str, bool]:
        """Return what is in a folder, and whether each is a folder; nothing where the folder is not there."""
        try:
            self._system.invalidate_cache(path)  # `refresh` is known to some file systems alone
            entries = self._system.ls(path, detail=True)
        except FileNotFoundError:
            if path == self._root and self._local is None:
                self._require_bucket()
            return {}
        except NotADirectoryError:
            return {}
        home = path.rstrip("/")
        named = ((each["name"].rstrip("/"), each["type"] == "directory") for each in entries)
        return {
            name.rpartition("/")[2]: is_folder
            for name, is_folder in named
            if name != home and not name.rpartition("/")[2].startswith(".")
        }

    def _require_bucket(self) -> None:
        bucket, _, inside = self._root.partition("/")
        if inside and self._system.exists(bucket):
            return
        raise FileNotFoundError(f"there is no bucket `{bucket}`")

    def _check(self, stored: Stored, path: Path, advance: Advance) -> None:
        found = digest(path, advance) if path.is_file() else None
        if found == stored.hash and stored.version.endswith(f"-{found[:5]}"):
            return
        what = "is gone" if found is None else f"has the hash {found}, and {stored.hash} was added"
        raise CommandError(
            f"Version {stored.version} of `{stored.name}` has changed since it was added, and is not given out.",
            details=[f"{stored.file} in {self.address} {what}."],
            command=f"ao data show {shlex.quote(stored.name)}",
            code=Code.DATASET_ALTERED,
        )


class _Progress(Callback):  # type: ignore[misc]  # untyped
    """Tells what fsspec tells of a transfer."""

    def __init__(self, advance: Advance, total: int) -> None:
        super().__init__()
        self._advance, self._done, self._total = advance, 0, total

    def relative_update(self, inc: int = 1) -> None:
        """Take that so many bytes more are done."""
        self._done += inc
        self._advance(min(self._done, self._total), self._total)
