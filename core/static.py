"""Static files: hashed names, and one style sheet and one script on the wire instead of many."""

import re

from django.contrib.staticfiles.finders import find
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

GATHERED = ("css/main.css", "js/portal.js")
IMPORT = re.compile(r'^(?:// )?@import "([\w./-]+)";\n?', re.M)


def gathered(name: str, text: str) -> str:
    """A sheet or script with the text of each file that it imports in its place: one request on a poor line."""

    def imported(match: re.Match[str]) -> str:
        path = find(f"{name.split('/')[0]}/{match[1]}")
        if not path:
            raise FileNotFoundError(f"{name} imports {match[1]}, which does not exist")
        with open(path, encoding="utf-8") as file:
            return file.read()

    return IMPORT.sub(imported, text)


class OneSheetManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed, with the imports of `main.css` and `portal.js` put into them when files are collected."""

    keep_only_hashed_files = True

    def _save(self, name, content):
        if name in GATHERED:
            content = ContentFile(gathered(name, content.read().decode()).encode(), name=name)
        return super()._save(name, content)

    def post_process(self, paths, **options):
        paths = {**paths, **{name: (self, name) for name in GATHERED if name in paths}}  # hash what was put together, not the source with its imports
        return super().post_process(paths, **options)


class UncollectedStorage(ManifestStaticFilesStorage):
    """For tests that render pages without collecting files: plain addresses, no manifest."""

    def url(self, name, force=False):
        return f"/static/{name}"
