"""The search box: one over everything that this person may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.htmx import is_fragment, render_page
from reports.search import KINDS, address_of_code, found_for

OF_EACH, OF_ONE, AT_ONCE = 5, 50, 3  # lines of each kind, of the one chosen, below the box while somebody types


def search_all(request: HttpRequest) -> HttpResponse:
    """What the words speak of, kind by kind. A code that is somebody's alone leads straight there.

    With `?brief=` only the first lines, for the box at the top of every page.
    """
    words, only = request.GET.get("q", "")[:200], request.GET.get("kind", "")
    only = only if only in {kind.slug for kind in KINDS} else ""
    if not is_fragment(request) and not only and (address := address_of_code(request.user, words)):
        return redirect(address)
    is_brief = "brief" in request.GET
    if is_brief:
        found = found_for(request.user, words, AT_ONCE, counted=AT_ONCE)
    else:
        found = found_for(request.user, words, OF_ONE if only else OF_EACH, only)
    context = {
        "words": words,
        "only": only,
        "kinds": found,
        "shown": [part for part in found if part.lines],
        "count": sum(part.shown_count for part in found),
        "is_more": any(part.is_more for part in found),
    }
    return render_page(request, "reports/search.html", "reports/_search_brief.html" if is_brief else "reports/_search_found.html", context)
