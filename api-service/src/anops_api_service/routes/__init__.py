"""The endpoints, a file for each family of them."""
