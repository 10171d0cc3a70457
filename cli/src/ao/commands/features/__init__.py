"""The commands about features: `ao features …`."""
