"""Who may ask: keys, tokens of an identity provider, and what each of them allows."""
