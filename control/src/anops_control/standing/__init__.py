"""What stands when `ao` has ended: what is kept of it, with a lock on it, and the process that keeps it up."""
