"""The commands about workspaces: `ao workspace …`."""
