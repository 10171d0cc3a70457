"""The list of all rules, in the order in which they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ao.rules import lint_python, lint_r, predictions, r_program, structure, task_order, tests_python, tests_r

if TYPE_CHECKING:
    from anops_model_service.project import Language

    from ao.rules.rule import Rule

CONFIGURATION = "configuration"
"""The rule that comes first and is none of the list, since without a configuration there is nothing to look at."""

_RULES = (
    structure.RULE,
    task_order.RULE,
    r_program.RULE,
    lint_python.RULE,
    lint_r.RULE,
    tests_python.RULE,
    tests_r.RULE,
    predictions.RULE,
)

NAMES = tuple(dict.fromkeys([CONFIGURATION, *(rule.name for rule in _RULES)]))
"""The names that `--only` and `--skip` know."""


def rules_for(language: Language) -> tuple[Rule, ...]:
    """Return the rules for projects of a language."""
    return tuple(rule for rule in _RULES if rule.language in {None, language})
