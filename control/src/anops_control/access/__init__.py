"""Who may ask the services of a project."""
