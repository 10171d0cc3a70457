"""The person's model file: which language it is in, whether it is code, and what lies beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.init.definitions import defines_alone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from anops_project.sections.project import Language

ARTIFACT_SUFFIXES: dict[str, Language] = {
    ".rds": "r",
    ".rdata": "r",
    ".rda": "r",
    ".joblib": "python",
    ".pkl": "python",
    ".pickle": "python",
    ".skops": "python",
    ".onnx": "python",
}
CODE_SUFFIXES: dict[str, Language] = {".r": "r", ".py": "python"}
LANGUAGE_NAMES: dict[Language, str] = {"r": "R", "python": "Python"}
STANDARD_CODE: dict[Language, str] = {"r": "model.R", "python": "model.py"}
_COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".z", ".lzma"})
_FUNCTION: dict[Language, str] = {"r": r"^\s*{}\s*(<-|=)\s*(function\b|\\\()", "python": r"^(async\s+)?def\s+{}\s*\("}
_CLASS: dict[Language, str] = {
    "r": r"^\s*predict\.[\w.]+\s*(<-|=)\s*(function\b|\\\()|^[\w.\s<=:-]*\b(setClass|setRefClass|setMethod|R6Class)\(",
    "python": r"^class\s+\w",
}
"""What a saved object of a class of its own needs: in R a `predict()` for it, or the class."""
_NAMES_THAT_BREAK = re.compile(r'["\\`$\x00-\x1f]')
_NETWORKS = frozenset({".keras", ".h5", ".pt", ".pt2", ".pth", ".safetensors"})
"""How files of Keras and PyTorch end: what is in them has to be built by code first, or asked by it."""


@dataclass(frozen=True, slots=True)
class ModelCode:
    """The person's own file with `load_model` or `predict_model`.

    Attributes:
        path: The file.
        defines_load: Whether it defines `load_model`.
        defines_predict: Whether it defines `predict_model`.
        has_definitions: Whether it defines classes, or in R methods of them, or functions and nothing else, which the
            saved object may need.
    """

    path: Path
    defines_load: bool
    defines_predict: bool
    has_definitions: bool = False

    @property
    def is_used(self) -> bool:
        """Whether there is anything in it that serving needs."""
        return self.defines_load or self.defines_predict or self.has_definitions


@dataclass(frozen=True, slots=True)
class Intake:
    """What a project is made around.

    Attributes:
        language: What the model is written in.
        artifact: The file that holds the fitted model.
        code: The person's own code.
    """

    language: Language
    artifact: Path | None
    code: ModelCode | None


def _unknown(model: Path) -> CommandError:
    """Say what to do with a file whose name does not tell in which language it is loaded."""
    if model.suffix.lower() in _NETWORKS:
        return CommandError(
            f"`{model}` is a network, which is asked by code of your own.",
            remedy="Write a model.py with load_model() and predict_model(), as the page Write predict_model() has it "
            "for Keras and PyTorch, and give some rows: ao init --model model.py --data rows.csv",
            code=Code.USAGE,
        )
    if model.suffix.lower() == ".pmml":
        return CommandError(
            f"`{model}` is PMML, which is asked by code of your own.",
            remedy="Name the model that it was written from; or write a model.py with load_model() and predict_model() "
            "as the page Write predict_model() has it for PMML, and give some rows: ao init --model model.py --data "
            "rows.csv",
            code=Code.USAGE,
        )
    return CommandError(
        f"The name of `{model}` does not show whether it is an R or a Python model.",
        remedy="Add --lang r or --lang python.",
        code=Code.USAGE,
    )


def take_in(model: Path, language: Language | None, folder: Path) -> Intake:
    """Look at the file that a person named as the model.

    Args:
        model: The file.
        language: What the person said it is written in.
        folder: The project's folder, whose `model.R` or `model.py` is used where it is meant to be.

    Raises:
        CommandError: It isn't there, or can't be a model.
    """
    path = model.parent.resolve() / model.name
    _check_file(model, path)
    suffix, known = _suffix(path), language_of(path)
    if known is None and language is None:
        raise _unknown(model)
    if known is not None and language is not None and known != language:
        raise CommandError(
            f"`{model}` is a file of {LANGUAGE_NAMES[known]}, but --lang says {language}.",
            remedy=f"Leave --lang out, or name a model in {LANGUAGE_NAMES[language]}.",
            code=Code.USAGE,
        )
    spoken = known or language or "python"
    if suffix in CODE_SUFFIXES:
        return Intake(spoken, None, _own_code(path, spoken))
    return Intake(spoken, path, _code_beside(path, spoken, folder))


def language_of(path: Path) -> Language | None:
    """Return the language of a model or its code by the name of its file; None where that does not tell."""
    suffix = _suffix(path)
    return ARTIFACT_SUFFIXES.get(suffix) or CODE_SUFFIXES.get(suffix)


def model_files(folder: Path) -> list[Path]:
    """Return the files of a folder that are fitted models by their names, in the order of names."""
    return sorted(path for path in folder.iterdir() if _suffix(path) in ARTIFACT_SUFFIXES and path.is_file())


def _suffix(path: Path) -> str:
    """Return what a file's name says it is, below the compression that joblib undoes by itself."""
    if path.name.lower() in ARTIFACT_SUFFIXES:
        return path.name.lower()  # `.RData`, as R itself writes it
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if len(suffixes) > 1 and suffixes[-1] in _COMPRESSED and suffixes[-2] in ARTIFACT_SUFFIXES:
        return suffixes[-2]
    return path.suffix.lower()


def read_code(path: Path, language: Language) -> ModelCode:
    """See which functions a code file defines."""
    text = path.read_text(encoding="utf-8", errors="replace")

    def defines(name: str) -> bool:
        return re.search(_FUNCTION[language].format(name), text, re.MULTILINE) is not None

    has_classes = re.search(_CLASS[language], text, re.MULTILINE) is not None
    has_definitions = has_classes or defines_alone(text, language)
    return ModelCode(path, defines("load_model"), defines("predict_model"), has_definitions)


def free_code_name(folder: Path, language: Language) -> str:
    """Return the name for the code that `ao init` writes: `model.R`, unless a file of the person has it."""
    name = STANDARD_CODE[language]
    return name if not (folder / name).exists() else f"ao_{name}"


def _check_file(given: Path, path: Path) -> None:
    if not path.exists():
        there = [found.name for found in model_files(path.parent)] if path.parent.is_dir() else []
        raise CommandError(
            f"There is no file `{given}`.",
            details=_seen(there),
            remedy="Name the file that holds your fitted model: ao init --model FILE",
            code=Code.FILE_NOT_FOUND,
        )
    if path.is_dir():
        raise CommandError(
            f"`{given}` is a folder; --model must be a file.",
            remedy="Name the file that holds your fitted model, or a code file with load_model() that reads it.",
            code=Code.USAGE,
        )
    if _NAMES_THAT_BREAK.search(path.name):
        raise CommandError(
            f"`{given}` has a quote, a backslash or the like in its name, which code can't hold.",
            remedy="Rename it.",
            code=Code.USAGE,
        )


def _seen(names: Sequence[str]) -> list[str]:
    return [f"There are: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}"] if names else []


def _own_code(path: Path, language: Language) -> ModelCode:
    code = read_code(path, language)
    if not code.defines_predict and not code.defines_load:
        save = 'saveRDS(model, "model.rds")' if language == "r" else 'joblib.dump(model, "model.joblib")'
        saved = "model.rds" if language == "r" else "model.joblib"
        raise CommandError(
            f"`{path.name}` must define load_model() or predict_model() to be a model's code; it defines neither.",
            remedy=f"Save the fitted model with {save} and name that file: ao init --model {saved}",
            code=Code.USAGE,
        )
    if language == "python" and not path.stem.isidentifier():
        better = re.sub(r"\W", "_", path.stem)
        raise CommandError(
            f"Python can't import `{path.name}`: its name must be of letters, digits and `_`.",
            remedy=f"Rename it to {better}.py",
            code=Code.USAGE,
        )
    return code


def _code_beside(artifact: Path, language: Language, folder: Path) -> ModelCode | None:
    for place in (folder, artifact.parent):
        path = place / STANDARD_CODE[language]
        if path.is_file():
            code = read_code(path, language)
            return code if code.is_used else None
    return None
