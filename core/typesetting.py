"""PDF by typst: a template, data as JSON, never as markup; PDF/A-2b with the fonts embedded.

The faces: a Naskh of the system where there is one, else the sans of a package; Latin by typst’s own serif.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import segno

FONT_PACKAGES = ("justmytype_intl_rtl",)


@cache
def font_folders() -> list[str]:
    """Where the packages keep their fonts."""
    found = []
    for name in FONT_PACKAGES:
        spec = find_spec(name)
        if spec and spec.submodule_search_locations:
            found.append(str(spec.submodule_search_locations[0]))
    return found


def typeset(template: Path, data: dict[str, Any], *, archival: bool = True) -> bytes:
    """`template` filled with `data` as PDF bytes, PDF/A-2b unless told otherwise. Raises typst’s error for a bad template.

    Takes 20 ms and more a document, the first one in a process about 0.2 s. The template reads `json(bytes(sys.inputs.data))`.
    """
    import typst  # a large library that most processes never need

    return typst.compile(
        str(template), root=str(template.parent), font_paths=font_folders(), format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2b"] if archival else [],
    )  # fmt: skip


def qr_svg(text: str) -> str:
    """A QR code as an SVG drawing that fills whatever box it is given."""
    return segno.make(text, error="m").svg_inline(border=0, omitsize=True)


def isolated(text: str) -> str:
    """A code, a phone number or a date that keeps its order inside Arabic."""
    return f"\u2066{text}\u2069" if text else ""
