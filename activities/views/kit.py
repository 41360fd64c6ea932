import io

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import get_for
from accounts.policy import can
from activities.models import Activity
from activities.panels import tabs_of
from activities.papers import kit as papers
from activities.papers.codes import number_behind
from core.files import download


def kit(request: HttpRequest, pk: int) -> HttpResponse:
    """What a team prints before it leaves: page by page or all in one, in three languages."""
    activity = get_for(request.user, papers.whole(Activity.objects.all()), "kit.print", pk)
    parts = [{"slug": slug, "label": papers.PARTS[slug]} for slug in papers.parts_of(activity)]
    context = {
        "activity": activity, "tabs": tabs_of(activity, request.user, "kit"), "parts": parts, "paper_languages": papers.LANGUAGES, "is_final": papers.is_final(activity),
        "lacks_team": not papers.team_of(activity), "lacks_leader": activity.leader_id is None, "lacks_consumables": not activity.consumables.strip(),
    }  # fmt: skip
    return render(request, "activities/kit.html", context)


def kit_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The kit as one PDF in one language (`?language=`), or one page of it (`?part=`)."""
    activity = get_for(request.user, papers.whole(Activity.objects.all()), "kit.print", pk)
    parts, asked, language = papers.parts_of(activity), request.GET.get("part", ""), request.GET.get("language", "")
    if asked and asked not in parts:
        raise Http404
    language = language if language in papers.LANGUAGES else papers.LANGUAGES[0]
    if asked == "order" and papers.is_final(activity):
        content = papers.issued_order(activity, language, by=request.user).file.open("rb")
    else:
        content = io.BytesIO(papers.kit_pdf(activity, language, [asked] if asked else parts, by=request.user))
    return download(content, f"{asked or 'kit'}-{activity.pk}-{language}.pdf", "application/pdf")


def result_form(request: HttpRequest, code: str) -> HttpResponse:
    """Behind the code of a paper form: the page on which its figures are typed."""
    pk = number_behind(code)
    if pk is None:
        raise Http404
    activity = get_for(request.user, Activity.objects.with_people(), "activity.view", pk)
    return redirect(f"{activity.get_absolute_url()}report/" if can(request.user, "activity.report", activity) else activity.get_absolute_url())
