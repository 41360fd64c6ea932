import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
application = get_wsgi_application()

from twinning.signs import keep_beating  # noqa: E402 – Django must be set up first

keep_beating("web")
