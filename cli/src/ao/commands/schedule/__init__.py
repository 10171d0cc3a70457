"""The commands about schedules: `ao schedule …`."""
