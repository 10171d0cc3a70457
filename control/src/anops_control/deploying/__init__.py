"""Environments: a registered version brought into service, changed with no request lost, taken back and down."""
