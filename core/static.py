"""Static files: hashed names, and one style sheet on the wire instead of many."""

import re

from django.contrib.staticfiles.finders import find
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/main.css"


def one_sheet(text: str) -> str:
    """`main.css` with the text of each sheet that it imports in its place: one request on a poor line."""

    def imported(match: re.Match[str]) -> str:
        path = find(f"css/{match[1]}")
        if not path:
            raise FileNotFoundError(f"{SHEET} imports {match[1]}, which does not exist")
        with open(path, encoding="utf-8") as file:
            return file.read()

    return re.sub(r'@import "([\w./-]+)";\n?', imported, text)


class OneSheetManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed, with the imports of `main.css` put into it when files are collected."""

    keep_only_hashed_files = True

    def _save(self, name, content):
        if name == SHEET:
            content = ContentFile(one_sheet(content.read().decode()).encode(), name=name)
        return super()._save(name, content)

    def post_process(self, paths, **options):
        if SHEET in paths:
            paths = {**paths, SHEET: (self, SHEET)}  # hash what was put together, not the source with its imports
        return super().post_process(paths, **options)


class UncollectedStorage(ManifestStaticFilesStorage):
    """For tests that render pages without collecting files: plain addresses, no manifest."""

    def url(self, name, force=False):
        return f"/static/{name}"
