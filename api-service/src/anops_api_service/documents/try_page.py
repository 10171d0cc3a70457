"""The page `/docs/try`: Swagger UI with this model's OpenAPI, its files served from here for closed sites."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_api_service.models.described_model import DescribedModel

ASSETS = Path(__file__).parent / "swagger_ui"
"""The folder with Swagger UI's own files, as `scripts/vendor_front_end.py` took them."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="assets/swagger-ui.css">
<link rel="icon" href="assets/favicon-32x32.png">
</head>
<body>
<div id="docs"></div>
<script src="assets/swagger-ui-bundle.js"></script>
<script>{script}</script>
</body>
</html>
"""

SCRIPT = """
SwaggerUIBundle({url: "../openapi.json", dom_id: "#docs", docExpansion: "full", tryItOutEnabled: true,
  defaultModelsExpandDepth: -1, validatorUrl: null});
"""


def try_page(model: DescribedModel | None) -> str:
    """Return the page as HTML; its addresses are relative, so that it also works behind a path prefix."""
    return swagger_page(f"{model.name} {model.version}".strip() if model else "AnOps", SCRIPT)


def swagger_page(title: str, script: str) -> str:
    """Return a page of Swagger UI as HTML, with its assets beside it."""
    return _PAGE.format(script=script, title=escape(title))
