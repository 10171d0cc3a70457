"""The list of all rules, in the order in which they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.rules import (
    costs,
    coverage_python,
    coverage_r,
    determinism,
    features,
    fit,
    image_files,
    independence,
    isolation,
    leftovers,
    lint_python,
    lint_r,
    options,
    packages_python,
    packages_r,
    predictions,
    published,
    r_program,
    schema,
    structure,
    task_order,
    tests_python,
    tests_r,
    versions,
)

if TYPE_CHECKING:
    from anops_project.sections.project import Language

    from anops_control.rules.rule import Rule

CONFIGURATION_PASSED = "ao.toml says all that it must."
CONFIGURATION = "configuration"
"""The rule that comes first and is none of the list, since without a configuration there is nothing to look at."""

_RULES = (
    structure.RULE,
    image_files.RULE,
    published.RULE,
    task_order.RULE,
    r_program.RULE,
    lint_python.RULE,
    lint_r.RULE,
    tests_python.RULE,
    tests_r.RULE,
    coverage_python.RULE,
    coverage_r.RULE,
    predictions.RULE,
    isolation.RULE,
    schema.RULE,
    options.RULE,
    fit.RULE,
    determinism.RULE,
    independence.RULE,
    leftovers.RULE,
    features.RULE,
    packages_python.RULE,
    packages_r.RULE,
    versions.RULE,
    costs.RULE,
)

NAMES = tuple(dict.fromkeys([CONFIGURATION, *(rule.name for rule in _RULES)]))
"""The names that `--only` and `--skip` know."""


def what_rules_make_sure() -> dict[str, str]:
    """Return what is so where nothing is found, by the names of the rules of both languages."""
    told = {CONFIGURATION: [CONFIGURATION_PASSED]}
    for rule in _RULES:
        texts = told.setdefault(rule.name, [])
        texts += [rule.passed] if rule.passed not in texts else []
    return {name: " ".join(texts) for name, texts in told.items()}


def rules_for(language: Language, *, is_here: bool = True) -> tuple[Rule, ...]:
    """Return the rules for projects of a language.

    Args:
        language: The language.
        is_here: Whether for those that look on this machine; else for those that look in any other place.
    """
    known = (rule for rule in _RULES if rule.language in {None, language})
    return tuple(rule for rule in known if (rule.inspect if is_here else rule.within) is not None)


def names(*, is_here: bool) -> tuple[str, ...]:
    """Return the names of the rules that look on this machine, or of those that look in any other place."""
    found = [rule.name for rule in _RULES if (rule.inspect if is_here else rule.within) is not None]
    return tuple(dict.fromkeys([*([CONFIGURATION] if is_here else []), *found]))
