"""What features are to `ao`: the port to who joins and keeps them, and how views are found and read."""
