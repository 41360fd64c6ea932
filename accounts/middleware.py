"""How long a session lives: 30 minutes idle, 12 hours at most."""

import time

from django.conf import settings
from django.contrib.auth import logout


class SessionLimitMiddleware:
    """Ends a session that is too old; renews a living one at most once a minute, so that reading costs no write."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and request.session.session_key:
            now = int(time.time())
            began, seen = request.session.get("began", now), request.session.get("seen", 0)
            if now - began > settings.SESSION_LONGEST_SECONDS:
                logout(request)
            elif now - seen > 60:
                request.session["began"], request.session["seen"] = began, now
        return self.get_response(request)
