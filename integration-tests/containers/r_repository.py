"""An R repository of a test's own: source packages, listed by R's `tools::write_PACKAGES`, served over HTTP."""

from __future__ import annotations

import io
import subprocess
import tarfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import TYPE_CHECKING

import docker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMPILED = """
#include <R.h>
#include <Rinternals.h>
#include <R_ext/Rdynload.h>
static SEXP twice(SEXP x) { return Rf_ScalarReal(2 * Rf_asReal(x)); }
static const R_CallMethodDef calls[] = {{"twice", (DL_FUNC) &twice, 1}, {NULL, NULL, 0}};
void R_init_NAME(DllInfo *info) { R_registerRoutines(info, NULL, calls, NULL, NULL); }
"""


@dataclass
class Repository:
    """Packages in a folder.

    Attributes:
        folder: As a CRAN-like repository has it.
        url: Where builds find it.
        asked: The paths that were asked for.
    """

    folder: Path
    url: str = ""
    asked: list[str] = field(default_factory=list)

    def add(
        self,
        name: str,
        version: str,
        code: str,
        *,
        fields: str = "",
        source: str | None = None,
        makevars: str | None = None,
        earlier: bool = False,
    ) -> None:
        """Put a source package there.

        Args:
            name: Its name.
            version: Its version.
            code: Its R code; every object is exported.
            fields: Further lines of its DESCRIPTION.
            source: C code.
            makevars: How that is compiled.
            earlier: Whether it lies in the archive of earlier versions, as on CRAN.
        """
        compiled = source is not None
        dynamic = f"useDynLib({name}, .registration = TRUE)\n" if compiled else ""
        files = {
            "DESCRIPTION": (
                f"Package: {name}\nVersion: {version}\nTitle: A Test\nDescription: A test.\nLicense: MIT\n"
                f"Author: A\nMaintainer: A <a@example.com>\nNeedsCompilation: {'yes' if compiled else 'no'}\n{fields}"
            ),
            "NAMESPACE": f'exportPattern("^[a-z]")\n{dynamic}',
            "R/code.R": code,
        }
        if source is not None:
            files["src/code.c"] = source.replace("NAME", name)
        if makevars is not None:
            files["src/Makevars"] = makevars
        contrib = self.folder / "src/contrib"
        place = contrib / "Archive" / name if earlier else contrib
        place.mkdir(parents=True, exist_ok=True)
        with tarfile.open(place / f"{name}_{version}.tar.gz", "w:gz") as archive:
            for path, text in files.items():
                entry = tarfile.TarInfo(f"{name}/{path}")
                entry.size = len(text.encode())
                archive.addfile(entry, io.BytesIO(text.encode()))

    def write_lists(self) -> None:
        """Write PACKAGES, and the list of earlier versions that CRAN has."""
        program = """
            folder <- commandArgs(TRUE)
            tools::write_PACKAGES(folder, type = "source", latestOnly = FALSE)
            dir.create(file.path(folder, "Meta"), showWarnings = FALSE)
            files <- list.files(file.path(folder, "Archive"), recursive = TRUE)
            rows <- data.frame(size = rep(0, length(files)), row.names = files)
            saveRDS(split(rows, dirname(files)), file.path(folder, "Meta/archive.rds"))
        """
        contrib = self.folder / "src/contrib"
        subprocess.run(["Rscript", "--vanilla", "-e", program, contrib], check=True, capture_output=True)


@contextmanager
def served(repository: Repository) -> Iterator[Repository]:
    """Serve a repository where builds reach this machine: at the gateway of the engine's own network."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(repository.folder))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            repository.asked.append(self.path)

    client = docker.from_env()
    network = client.networks.get("bridge").attrs["IPAM"]["Config"][0]
    client.close()
    # engines name it only where it is not the first address
    gateway = network.get("Gateway") or str(ip_network(network["Subnet"])[1])
    server = ThreadingHTTPServer((gateway, 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    repository.url = f"http://{gateway}:{server.server_port}"
    try:
        yield repository
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
