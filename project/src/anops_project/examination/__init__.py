"""What an examination of a model finds, as plain data: `ao check` shows it."""
