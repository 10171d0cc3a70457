"""The sections of `ao.toml` that only `ao` itself reads, one module each.

`[project]`, `[model]` and `[service]` are read by the model-service too, and live in
`anops_project.project`.
"""
