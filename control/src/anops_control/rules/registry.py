"""The list of all rules, in the order in which they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.rules import (
    costs,
    determinism,
    fit,
    image_files,
    independence,
    leftovers,
    lint_python,
    lint_r,
    options,
    packages_python,
    packages_r,
    predictions,
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
    task_order.RULE,
    r_program.RULE,
    lint_python.RULE,
    lint_r.RULE,
    tests_python.RULE,
    tests_r.RULE,
    predictions.RULE,
    schema.RULE,
    options.RULE,
    fit.RULE,
    determinism.RULE,
    independence.RULE,
    leftovers.RULE,
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


def rules_for(language: Language) -> tuple[Rule, ...]:
    """Return the rules for projects of a language."""
    return tuple(rule for rule in _RULES if rule.language in {None, language})
