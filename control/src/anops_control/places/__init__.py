"""Where programs of the checks run: this machine, a container, and what adapters add."""
