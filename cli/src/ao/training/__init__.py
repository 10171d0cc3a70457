"""What `ao train` shows, and its debugger."""
