"""Settings of the tests: the portal's own, with what would only slow a test or reach outside it put aside."""

import os
import tempfile

os.environ["PORTAL_ENV"] = "test"
os.environ.setdefault("PORTAL_DATA", tempfile.mkdtemp(prefix="tawama-test-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests")

from twinning.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static.UncollectedStorage"},
}
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
