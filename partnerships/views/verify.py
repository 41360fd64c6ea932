from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, ScanField
from core.seals import look_up, read_code, same_file, spaced
from core.throttle import is_tired

LOOKS_PER_MINUTE = 20  # for one address


class CompareForm(PortalForm):
    file = ScanField(label=_("PDF file"))


@login_not_required
def verify_ask(request: HttpRequest) -> HttpResponse:
    """Where somebody who has a paper without a camera types its code."""
    typed = request.GET.get("code", "")[:80]
    if read_code(typed):
        return redirect("verify", code=read_code(typed))
    return render(request, "partnerships/verify_ask.html", {"typed": typed, "wrong": bool(typed)}, status=400 if typed else 200)


@login_not_required
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a paper is genuine, what it is, and where it stands today; compares a file when one is sent. No personal data."""
    if is_tired(request, "verify", at_most=LOOKS_PER_MINUTE):  # codes cannot be tried out one after another
        return render(request, "partnerships/verify_ask.html", {"typed": "", "tired": True}, status=429)
    found = look_up(code)
    if found is None:
        return render(request, "partnerships/verify_ask.html", {"typed": code[:80], "unknown": True}, status=404)
    seal, facts = found
    form = CompareForm(request.POST or None, request.FILES or None)
    verdict = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        upload.seek(0)
        verdict = "same" if same_file(seal, upload.read()) else "other"
    context = {"seal": seal, "facts": facts, "code": spaced(seal.code), "form": form, "verdict": verdict}
    return render(request, "partnerships/verify.html", context, status=400 if form.is_bound and not form.is_valid() else 200)
