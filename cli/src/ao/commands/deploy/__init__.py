"""The commands about environments: `ao deploy …`."""
