"""Starts the one R of this process and calls the functions of the R package `anopsruntime` in it."""

from __future__ import annotations

import codecs
import ctypes
import locale
import logging
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Warn
from anops_project.time_zone import local_time_zone

from anops_model_service_r.c_stack import guard_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = Path(__file__).parent / "r" / "anopsruntime"
"""The sources of the R package `anopsruntime`, as they are shipped."""

NULL_TYPE = 0
"""R's type number of NULL."""

_FRONT_END = ("R_HOME", "R_SHARE_DIR", "R_INCLUDE_DIR", "R_DOC_DIR", "R_ARCH")
"""What the shell script `R` sets that R can't find out by itself."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RAnswer:
    """What a function of the R package gave back.

    Attributes:
        value: An rpy2 object; it must not leave the thread that owns R.
        warnings: What R warned of on the way.
    """

    value: Any
    warnings: tuple[Warn, ...]


class R:
    """The embedded R; use `embedded_r()` to get it."""

    def __init__(self) -> None:
        _use_utf8()
        os.environ.setdefault("TZ", local_time_zone())
        # it tells at level INFO where it found R
        logging.getLogger("rpy2").setLevel(logging.WARNING)
        with _stdout_to_stderr():
            try:
                # opens R's library: only where R is wanted
                rinterface = _import_rpy2()
            except Exception as error:
                raise AnOpsError(
                    Code.MODEL_LOAD,
                    f"Can't load an R model: R can't be started here: {error}.",
                    remedy="Install R, and put it on PATH; on Debian and Ubuntu: sudo apt-get install r-base-core",
                ) from error
            rinterface.embedded.set_initoptions(("rpy2", "--quiet", "--no-save", "--no-restore"))
            rinterface.initr(interactive=False)
            guard_stack(rinterface)
        callbacks: Any = import_module("rpy2.rinterface_lib.callbacks")
        callbacks.consolewrite_print = _write_log
        callbacks.consolewrite_warnerror = _write_log
        callbacks.showmessage = _write_log
        # R looks for events of windows several times a prediction, by calls into Python: there are no windows
        rinterface.openrlib.rlib.ptr_R_ProcessEvents = rinterface.openrlib.ffi.NULL
        self.rinterface = rinterface
        self.mode: str = rinterface.openrlib.cffi_mode.name
        if self.mode != "API":
            logger.warning(
                "rpy2 runs in its slow %s mode: install R's headers (Debian and Ubuntu: r-base-dev) "
                "and install rpy2-rinterface again.",
                self.mode,
            )
        self._functions = self._load_package()
        self._found: dict[str, Any] = {}
        self._replaced: dict[str, Any] = {}

    def _load_package(self) -> Any:  # noqa: ANN401  an rpy2 environment
        base = self.rinterface.baseenv
        text = self.rinterface.StrSexpVector
        # messages go into JSON and logs, where colours are noise
        base["options"](**{"cli.num_colors": 1, "crayon.enabled": False})
        functions = base["new.env"](parent=base[".BaseNamespaceEnv"])
        for file in sorted((PACKAGE / "R").glob("*.R")):
            base["sys.source"](text([str(file)]), envir=functions)
        return functions

    def call(self, name: str, *arguments: Any) -> RAnswer:  # noqa: ANN401  rpy2 objects
        """Call a function of the R package.

        Args:
            name: The function's name.
            arguments: R objects.

        Raises:
            AnOpsError: It failed, with the code, the message and the call that R gave.
        """
        outcome = self._function("called")(self._function(name), *arguments)
        if len(outcome) == 1:
            return RAnswer(outcome[0], ())
        fields = dict(zip(outcome.names, outcome, strict=True))
        if not fields["ok"][0]:
            raise AnOpsError(
                Code[fields["code"][0]],
                fields["message"][0],
                remedy=_text(fields["remedy"]),
                call=_text(fields["call"]),
            )
        warnings = tuple(Warn(message=warn[0][0], call=_text(warn[1])) for warn in fields["warnings"])
        return RAnswer(fields["value"], warnings)

    def replace(self, name: str, function: Callable[..., object]) -> None:
        """Put a Python function in the place of one of the R package; what it returns is dropped.

        Args:
            name: The R function's name.
            function: Takes rpy2 objects.
        """

        def called(*arguments: Any) -> Any:  # noqa: ANN401  rpy2 objects
            function(*arguments)
            return self.rinterface.BoolSexpVector([True])  # rpy2 takes no NULL from Python

        # R does not keep it from being collected
        self._replaced[name] = self.rinterface.rternalize(called)
        self._functions[name] = self._replaced[name]

    def replace_base(self, functions: Any) -> None:  # noqa: ANN401  an rpy2 list
        """Put R functions in the place of R's own of the same names, for the rest of the process.

        It is done here, where R is run: a package must not change others.

        Args:
            functions: A named list of functions.
        """
        base = self.rinterface.baseenv
        for name, function in zip(functions.names, functions, strict=True):
            symbol = self.rinterface.StrSexpVector([name])
            base["unlockBinding"](symbol, base)
            base["assign"](symbol, function, envir=base)
            base["lockBinding"](symbol, base)

    def _function(self, name: str) -> Any:  # noqa: ANN401  an rpy2 function
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._functions[name]
        return found

    def start_worker(self) -> None:
        """Draw random numbers, and keep temporary files, apart from other processes that were forked from one.

        The temporary files go where TMPDIR says now.
        """
        seed = int.from_bytes(os.urandom(4), "little") >> 1
        self.rinterface.baseenv["set.seed"](self.rinterface.IntSexpVector([seed]))
        here = self.rinterface.baseenv["tempdir"]()[0]
        if Path(here).parent != Path(tempfile.gettempdir()):
            self._move_temporary_folder(tempfile.mkdtemp(prefix="Rtmp"))

    def _move_temporary_folder(self, folder: str) -> None:
        """Tell R another folder for its session; the old one may belong to another process and stays."""
        library = ctypes.CDLL(str(Path(os.environ["R_HOME"], "lib", "libR.so")))
        # R's documented variable for programs that embed it (Rembedded.h); it keeps the pointer
        self._temporary_folder = ctypes.create_string_buffer(os.fsencode(folder))
        ctypes.c_void_p.in_dll(library, "R_TempDir").value = ctypes.addressof(self._temporary_folder)
        os.environ["R_SESSION_TMPDIR"] = folder


@cache
def embedded_r() -> R:
    """Return the R of this process, started on the first call, by the thread that will own it.

    Raises:
        AnOpsError: `MODEL_LOAD`: there is no R here.
    """
    return R()


def _text(value: Any) -> str | None:  # noqa: ANN401  an rpy2 vector or NULL
    return None if value.typeof == NULL_TYPE else str(value[0])


def _write_log(text: str) -> None:
    """Send what a model prints to the log: stdout belongs to the service."""
    sys.stderr.write(text)
    sys.stderr.flush()


def _import_rpy2() -> Any:  # noqa: ANN401  a module without types
    """Import rpy2 without the two R processes that it would start to learn R's environment, half a second each.

    R reads its own files of settings as it starts. What the program `R` sets beside that is asked of it here; but
    for LD_LIBRARY_PATH: too late for this process, and wrong for programs that a model starts: a Python from
    elsewhere would load the system's libpython in place of its own.
    """
    os.environ.update(_front_end_variables())
    situation: Any = import_module("rpy2.situation")
    situation.r_ld_library_path_from_subprocess = lambda _: ""
    rinterface: Any = import_module("rpy2.rinterface")
    rinterface._getrenvvars = lambda *_: ()  # noqa: SLF001  rpy2 is pinned, and has no other way
    return rinterface


def _front_end_variables() -> dict[str, str]:
    """Return what the shell script `R` sets before it starts R."""
    home = os.environ.get("R_HOME")
    program = str(Path(home, "bin", "R")) if home else "R"
    text = "\\n".join(f"${{{name}}}" for name in _FRONT_END)
    command = (program, "CMD", "sh", "-c", f'printf "{text}"')
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  the user's own R
    except (OSError, subprocess.CalledProcessError):
        return {}  # rpy2 says what is wrong
    return {name: value for name, value in zip(_FRONT_END, done.stdout.split("\n"), strict=False) if value}


def _use_utf8() -> None:
    """Give R a UTF-8 locale: in any other, it can't hold every column name."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "C"
    _, _, encoding = wanted.partition(".")
    try:
        is_utf8 = codecs.lookup(encoding.partition("@")[0]).name == "utf-8"
    except LookupError:
        is_utf8 = False
    if is_utf8:
        return
    if os.environ.pop("LC_ALL", None):
        logger.info("LC_ALL is not UTF-8: R runs with LC_CTYPE=C.UTF-8.")
    os.environ["LC_CTYPE"] = "C.UTF-8"
    locale.setlocale(locale.LC_CTYPE, "C.UTF-8")


@contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """Keep what start-up files print off stdout, where R writes before its console is ours."""
    sys.stdout.flush()
    saved = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)
