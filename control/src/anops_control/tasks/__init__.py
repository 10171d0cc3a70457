"""The tasks of ao.toml: what they need and make, what is out of date, and how they run.

Read `definition`, `files`, `graph`, `state`, `plan`, `runner`, in this order; only `from_configuration` knows
ao.toml, and only `reporting` prints.
"""
