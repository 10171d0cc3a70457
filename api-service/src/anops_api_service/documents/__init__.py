"""What is written about a model for those who ask it: OpenAPI, its card, an example, pages."""
