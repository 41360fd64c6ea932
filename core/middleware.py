"""What happens around every request: clean text, the language, private pages that no cache keeps."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import BadRequest
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers

LANGUAGES = {code for code, _name in settings.LANGUAGES}
YEAR = 365 * 24 * 3600  # seconds


class SafeTextMiddleware:
    """A NUL or a lone surrogate in an address is nobody's honest input and no database's: 400, not 500."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        values = [request.path, *(value for pair in request.GET.lists() for value in (pair[0], *pair[1]))]
        for value in values:
            if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
                raise BadRequest("a NUL or a lone surrogate in the address")
        return self.get_response(request)


class LanguageMiddleware:
    """The user's own language, else the cookie, else Arabic; `?lang=` switches and is remembered in both."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        asked = request.GET.get("lang")
        user = request.user
        chosen = asked if asked in LANGUAGES else None
        if chosen and user.is_authenticated and user.language != chosen:
            get_user_model().objects.filter(pk=user.pk).update(language=chosen)
            user.language = chosen
        stored = user.language if user.is_authenticated else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen or (stored if stored in LANGUAGES else settings.LANGUAGE_CODE)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()  # a template response must be rendered while the language is active
        if chosen:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax",
                secure=settings.HTTPS, httponly=True,
            )  # fmt: skip
        patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Content-Language", language)
        return response


class PrivatePagesMiddleware:
    """What a person sees logged in is kept by no cache, shared or their own."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if request.user.is_authenticated or "/login" in request.path:
            patch_cache_control(response, private=True, no_store=True)
        return response
