"""Jobs: kept in a database, each run in a process of its own."""
