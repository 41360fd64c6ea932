"""Pages that are generated from the code are as fresh as the code."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "command"), [("policy.md", "show_policy"), ("lifecycles.md", "show_lifecycles")])
def test_generated_page_is_what_its_command_says_now(page, command):
    said = StringIO()

    call_command(command, stdout=said)

    assert (DOCS / page).read_text(encoding="utf-8").strip() == said.getvalue().strip()
