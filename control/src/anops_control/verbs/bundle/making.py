"""Makes the bundle of a project, for the verbs that show or push it."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.bundles.artifact import packed
from anops_control.bundles.contents import contents
from anops_control.experiments.finding import place_of
from anops_control.file_failures import file_failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anops_control.bundles.artifact import Bundle


@contextmanager
def bundle_of(folder: Path, further: Sequence[str]) -> Iterator[Bundle]:
    """Give the bundle of the project in a folder; its archive is there as long as it is used.

    Raises:
        CommandError: A file that is named is not there, or can't be read.
    """
    place = place_of(folder)
    files = contents(place, further)
    with tempfile.TemporaryDirectory(prefix="ao-bundle-") as work:
        try:
            bundle = packed(place.folder, files, Path(work, "bundle.tar"))
        except OSError as error:
            raise file_failure(error, place.folder) or error from error
        yield bundle
