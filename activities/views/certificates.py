import io
import zipfile

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import get_for
from accounts.policy import can
from activities.actions import certificates as actions
from activities.forms.certificates import LanguageForm
from activities.models import Activity, Participant
from activities.panels import tabs_of
from activities.views.people import certificates_by_person, may_fetch, named_people, of_activity, readable, whole
from core.files import download
from core.formats import number
from core.lifecycle import TransitionRefused
from core.models import Seal
from core.throttle import is_tired

DOWNLOADS_PER_MINUTE = 30  # of one address


def seals_of(people: list[Participant]) -> dict[int, dict[str, Seal]]:
    rows = Seal.objects.filter(object_type=actions.LABEL, object_id__in=[person.pk for person in people], kind=actions.KIND)
    return certificates_by_person(rows.order_by("-pk"))


def certificate_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was present, which certificates are issued, and the button that issues them all."""
    activity = get_for(request.user, whole(Activity.objects.all()), "activity.view", pk)
    named = named_people(activity)
    seen = readable(request.user, activity, named)
    people = [person for person in named if person.professional_id in seen]
    seals = seals_of(people)
    rows = [
        {
            "person": person,
            "seals": [(language, seal, actions.link_of(seal)) for language, seal in sorted(seals.get(person.pk, {}).items())],
            "may_fetch": may_fetch(request.user, activity, person),
        }
        for person in people
        if person.is_counted or person.pk in seals
    ]
    why_not = ""
    if may_issue := can(request.user, "certificate.issue", activity):
        try:
            actions.refuse_unless_ready(activity)
        except TransitionRefused as refusal:
            why_not = str(refusal)
    context = {
        "activity": activity, "tabs": tabs_of(activity, request.user, "certificates"), "rows": rows, "may_issue": may_issue and not why_not, "why_not": why_not,
        "form": LanguageForm(), "has_some": any(row["seals"] for row in rows),
    }  # fmt: skip
    return render(request, "activities/certificate_list.html", context)


@require_POST
def certificates_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue to everybody who was present, in one language."""
    activity = get_for(request.user, whole(Activity.objects.all()), "certificate.issue", pk)
    form = LanguageForm(request.POST)
    if form.is_valid():
        try:
            made, waiting = actions.ask_for_certificates(activity, form.cleaned_data["language"], by=request.user)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, said(made, waiting))
    return redirect(f"{activity.get_absolute_url()}certificates/")


def said(made: int, waiting: int) -> str:
    if waiting:
        text = ngettext(
            "%(count)s certificate is being made. Look again in a minute.", "%(count)s certificates are being made. Look again in a minute.", waiting
        )
        return text % {"count": number(waiting)}
    if not made:
        return _("Everybody who was present has a certificate in this language already.")
    return ngettext("%(count)s certificate is issued.", "%(count)s certificates are issued.", made) % {"count": number(made)}


def certificate(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The newest certificate of one participant in one language (the slug), for those who may hand it out."""
    person = of_activity(request, pk, "activity.view")
    seal = seals_of([person]).get(person.pk, {}).get(slug)
    if seal is None or not may_fetch(request.user, person.activity, person) or not person.is_counted:
        raise Http404
    return file_of(seal)


def file_of(seal: Seal) -> HttpResponse:
    try:
        content = seal.file.open("rb")
    except FileNotFoundError as error:  # the personal data were erased
        raise Http404 from error
    return download(content, f"certificate-{seal.code[:6]}-{seal.language}.pdf", "application/pdf")


def certificates_zip(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest certificates of everybody who was present, as one ZIP file."""
    activity = get_for(request.user, whole(Activity.objects.all()), "certificate.issue", pk)
    people = [person for person in named_people(activity) if person.is_counted]
    seals = seals_of(people)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for place, person in enumerate(people, 1):
            for language, seal in sorted(seals.get(person.pk, {}).items()):
                try:
                    archive.writestr(f"{place:03}-{seal.code[:6]}-{language}.pdf", seal.file.open("rb").read())
                except FileNotFoundError:
                    continue
    out.seek(0)
    return download(out, f"certificates-{activity.pk}.zip", "application/zip")


@login_not_required
def own_certificate(request: HttpRequest, token: str) -> HttpResponse:
    """The file for the person themselves, by the link that they were given."""
    if is_tired(request, "certificate", at_most=DOWNLOADS_PER_MINUTE):
        return render(request, "activities/certificate_closed.html", {"tired": True}, status=429)
    seal = actions.behind_link(token)
    if seal is None:
        return render(request, "activities/certificate_closed.html", {}, status=404)
    return file_of(seal)
