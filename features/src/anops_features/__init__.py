"""Features of datasets: joined as of a time, and the newest ones by their key."""
