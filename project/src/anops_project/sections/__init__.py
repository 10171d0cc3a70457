"""The sections of `ao.toml`, one module each: a module that is put here is found by `registry`."""
