"""What `ao check` looks at, one rule in each module."""
