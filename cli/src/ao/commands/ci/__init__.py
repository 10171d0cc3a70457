"""The commands `ao ci …`."""
