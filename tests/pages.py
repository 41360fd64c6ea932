"""Reading pages."""

import re
from typing import Any

LAYOUT = re.compile(r"(?<=>)\s*\n\s*|\s*\n\s*(?=<)")


def tight(page: Any) -> str:
    """The text of an answer without the line breaks beside its tags, which are the layout of the templates."""
    return LAYOUT.sub("", page.content.decode())
