"""Everything that a project keeps, in one file and back, and brought up to date.

Read `contents` (what belongs in), `archive` (the file), `relocating` (paths on another computer), `upgrading`.
"""
