"""The templates' own tests run inside a rendered project, never from here."""

collect_ignore = ["python", "r"]
