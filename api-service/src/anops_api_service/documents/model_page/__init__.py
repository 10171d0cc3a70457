"""The page of a model, for the person who fitted it and their colleagues: it asks the service as anybody does.

`page.js` is where it begins; the libraries in `vendor` are as `scripts/vendor_front_end.py` took them.
"""

from pathlib import Path

FOLDER = Path(__file__).with_name("files")
"""All that a browser gets; nothing else of this package."""
PAGE = "index.html"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load and ask: nothing but this service."""
