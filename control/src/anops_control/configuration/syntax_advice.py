"""What someone likely meant who wrote a line that is not TOML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Advice:
    """What is wrong with a line, and how to fix it.

    Attributes:
        message: What is wrong.
        remedy: What to write instead, where it is clear.
    """

    message: str
    remedy: str | None = None


def advise(theirs: str, line: str, column: int) -> Advice:
    """Explain why a line can't be read.

    Args:
        theirs: What the parser says, without the place.
        line: The line.
        column: The character that it stumbled over, counted from 1.
    """
    advice = _about_key(line)
    if advice is None and theirs in {"Invalid value", "Expected newline or end of document after a statement"}:
        advice = _about_value(line)
    if advice is None and theirs == "Invalid value":
        advice = _about_word(line[column - 1 :])
    if advice is not None:
        return advice
    for words, fitting in _BY_WORDS.items():
        if theirs.startswith(words):
            return fitting
    return Advice(f"This line is not TOML, from character {column} on: {theirs[0].lower()}{theirs[1:]}.")


_BARE_KEY = re.compile(r"[A-Za-z0-9_.-]+")
_HEADER = re.compile(r"\[\s*(?P<words>[A-Za-z0-9_-]+(?:\s+[A-Za-z0-9_-]+)+)\s*\]")


def _about_key(line: str) -> Advice | None:
    header = _HEADER.match(line.strip())
    if header:
        dotted = ".".join(header["words"].split())
        return Advice("The name of a section can't have a space.", f"Write `[{dotted}]`.")
    for sign in ("<-", ":"):
        left, found, right = (part.strip() for part in line.partition(sign))
        if found and _BARE_KEY.fullmatch(left):
            return Advice(
                f"A key and its value must have `=` between them, not `{sign}`.", f"Write `{left} = {right}`."
            )
    key, equals, value = (part.strip() for part in line.partition("="))
    if equals and not key:
        return Advice("A value must have a key before its `=`.")
    if equals and not key.startswith(("[", '"', "'", "#")) and not _BARE_KEY.fullmatch(key):
        return Advice(f"The name `{key}` must be in quotes.", f'Write `"{key}" = {value}`.')
    return None


@dataclass(frozen=True, slots=True)
class _Slip:
    """A way to write a value that other languages have, and TOML has not."""

    pattern: str
    message: str
    fixed: Callable[[str], str]


def _quoted(text: str) -> str:
    return f"'{text}'" if "\\" in text else f'"{text}"'


def _number(text: str) -> str:
    return re.sub(r"^([+-]?)0+(?=\d)", r"\1", re.sub(r"\.$", ".0", re.sub(r"^([+-]?)\.", r"\g<1>0.", text))).replace(
        ",", "."
    )


_TYPOGRAPHIC = "\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
_IN_QUOTES = "Text must be in quotes."
_SLIPS = (
    _Slip(r"TRUE|True|T|yes", "`{}` must be written `true`.", lambda _: "true"),
    _Slip(r"FALSE|False|F|no", "`{}` must be written `false`.", lambda _: "false"),
    _Slip(r"[+-]?(?:\.\d+|\d+\.|0\d+(?:\.\d+)?|\d+,\d+)", "`{}` is not how a number is written here.", _number),
    _Slip(rf"[{_TYPOGRAPHIC}].*", "Text must be in plain quotes.", lambda text: _quoted(text.strip(_TYPOGRAPHIC))),
    _Slip(r"c\(.*\)", "A list must be in square brackets.", lambda text: f"[{text[2:-1]}]"),
    _Slip(r"\d+(?:\.\d+){2,}", _IN_QUOTES, _quoted),
    _Slip(r"[^\W\d][^\"'=\[\]{}]*|[A-Za-z]:\\.*|[~./][^\"']*", _IN_QUOTES, _quoted),
)


def _about_value(line: str) -> Advice | None:
    key, equals, rest = line.partition("=")
    key, value = key.strip(), re.split(r"\s+#", rest)[0].strip()
    if not equals:
        return None
    if not value:
        return Advice(f"`{key}` has no value.", "Write one after the `=`, or take the line out.")
    if value in {"NA", "NULL", "None", "null", "nil"}:
        return Advice(
            f"`{value}` can't be a value here.", "Take the line out: a key that is not there has its default."
        )
    for slip in _SLIPS:
        if re.fullmatch(slip.pattern, value):
            return Advice(slip.message.format(value), f"Write `{key} = {slip.fixed(value)}`.")
    return None


def _about_word(rest: str) -> Advice | None:
    """Look at one word inside a list or a table."""
    word = re.match(r"[^\s,\]}\"']+", rest)
    for slip in _SLIPS if word else ():
        if word and re.fullmatch(slip.pattern, word[0]):
            return Advice(slip.message.format(word[0]), f"Write `{slip.fixed(word[0])}` instead of `{word[0]}`.")
    return None


_BY_WORDS = {
    "Invalid value": Advice("A value here can't be read.", "Write a number, true, false, or text in quotes."),
    "Unterminated string": Advice("The text has no closing quote.", 'Add a `"` at its end.'),
    "Illegal character": Advice("The text must end on the line that it starts on.", 'Add a `"` at its end.'),
    "Unescaped '\\' in a string": Advice(
        "A backslash in double quotes must be written twice.", "Use `/` in paths, or single quotes around the text."
    ),
    "Expected '='": Advice("A key must be followed by `=` and a value."),
    "Expected ']'": Advice("The header of a section must end with `]`."),
    "Unclosed array": Advice("A list must have commas between its items, and `]` at its end."),
    "Unclosed inline table": Advice("A table in braces must have commas between its keys, and `}` at its end."),
    "Invalid initial character for a key part": Advice(
        "There must be a key here.",
        "Put names with other characters than A-Z, a-z, 0-9, `_` and `-` in quotes, and a table in braces in one line.",
    ),
    "Expected newline": Advice("There is extra text at the end of the line.", "Start a new line for the next key."),
    "Invalid statement": Advice("A line must be `key = value` or `[section]`.", "Put a `#` before a comment."),
    "Expected \"'''\"": Advice("The text has no closing quotes.", "Add them at its end."),
    'Expected \'"""\'': Advice("The text has no closing quotes.", "Add them at its end."),
    "Found invalid character": Advice("There is a character here that can't be seen.", "Take it out."),
}
