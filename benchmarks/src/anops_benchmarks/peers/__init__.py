"""The peers: one file for each kind; `registry` lists them."""
