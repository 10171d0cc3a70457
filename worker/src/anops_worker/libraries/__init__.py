"""What is known of each library that fits models: one file for each, offered as an entry point."""
