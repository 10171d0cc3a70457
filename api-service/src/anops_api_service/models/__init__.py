"""The models behind the service: what each one is, and how it is asked."""
