"""How `ao init` makes a project around a fitted model."""
