"""A model that was refitted, taken into its project, for `ao refit`.

Read `refitting` (the whole), then `staging` (a copy that can fail), `renewing` (what becomes of ao.toml), `versions`,
`rows`, `showing`.
"""
