"""The commands of `ao`, one module each, named after the command.

A module `name.py` defines a function `name` with Typer annotations. Its docstring is the
command's help; the constant `EPILOG`, where there is one, holds its examples. It returns an `ExitCode` (or
None for OK) or raises `CommandError`, `ConfigurationError` or `AnOpsError`, which `ao.failures` turns into
messages.
"""
