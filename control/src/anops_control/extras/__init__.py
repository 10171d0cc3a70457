"""What can be added to `ao`, and how it gets into its environment."""
