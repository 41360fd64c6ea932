import json
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import get_for, require
from accounts.policy import can, scope_for
from core.charts import Chart, Series, bar_chart, stacked_chart
from core.deeds import done, kept
from core.exporters import EXPORTS, Column, as_xlsx
from core.files import file_name
from core.formats import digits, today
from core.history import trail
from core.lifecycle import TransitionRefused
from core.listing import list_page
from core.profile import home
from core.text import clean, read_json
from evaluation.actions import referrals as actions
from evaluation.choices import Destination
from evaluation.forms.referrals import ConfirmForm, ReferralForm, ReferralSheetForm
from evaluation.localisation import YEARS, Row, localisation, totals
from evaluation.measured_filters import ReferralFilters
from evaluation.models import ReferralStatistic
from evaluation.referral_sheet import FIELDS, MOST_ROWS, Checked, Line, as_text
from evaluation.views.sections import tabs
from partnerships.choices import Rung, Verdict
from partnerships.filters import home_regions
from partnerships.intake.findings import problem_words
from partnerships.intake.reading import Unreadable
from partnerships.models import Institution

COLUMNS = tuple(Column(name, label, width) for (name, label), width in zip(FIELDS.items(), (8, 28, 18, 22, 34, 20, 10, 14, 8, 40), strict=True))
REFUSED_COLUMNS = (
    Column("sheet", gettext_lazy("Sheet"), 14), Column("row", gettext_lazy("Row"), 8), *COLUMNS, Column("reason", gettext_lazy("Reason"), 40),
    Column("suggestion", gettext_lazy("Suggestion"), 40),
)  # fmt: skip
LOCAL_COLUMNS = (
    Column("specialty", gettext_lazy("Specialty"), 28), Column("services", gettext_lazy("Services built up"), 12), Column("rung", gettext_lazy("Furthest on the ladder"), 26),
    Column("state", gettext_lazy("State"), 28),
)  # fmt: skip
VERDICT_TONES = {Verdict.CREATED: "run", Verdict.UPDATED: "wait", Verdict.UNCHANGED: "draft", Verdict.REFUSED: "late", Verdict.SKIPPED: "stop"}


def related(rows: Any) -> Any:
    return rows.select_related("specialty", "region", "institution__region", "country")


def row(item: ReferralStatistic) -> list[object]:
    return [
        item.year, item.specialty.name, item.get_destination_display(), item.region.name if item.region else "", item.institution.name if item.institution else "",
        item.country.name if item.country else "", item.patients, "" if item.cost is None else float(item.cost), item.currency, item.source,
    ]  # fmt: skip


def referral_list(request: HttpRequest) -> HttpResponse:
    """Patients sent abroad and to other regions: the lines, and their sum by year."""
    user = request.user
    require(user, "referral.view")
    visible = ReferralStatistic.objects.visible_to(user)
    filtered = ReferralFilters(request.GET, queryset=visible, request=request).qs
    return list_page(
        request,
        queryset=visible,
        filters=ReferralFilters,
        sorts={"year": ["year"], "patients": ["patients"], "specialty": ["specialty__code", "-year"]},
        default_sort="-year",
        columns=COLUMNS,
        row=row,
        related=related,
        name="referrals",
        page="evaluation/referral_list.html",
        fragment="evaluation/_referral_list.html",
        extra={"tabs": tabs(user, "referrals"), "may_record": can(user, "referral.record"), "chart": by_year(filtered)},
    )


def by_year(rows: Any) -> Chart:
    sums = {(year, where): total for year, where, total in rows.order_by().values_list("year", "destination").annotate(total=Sum("patients"))}
    years = sorted({year for year, _where in sums})[-10:]
    series = [Series(str(where.label).capitalize(), [sums.get((year, where.value), 0) for year in years]) for where in Destination]
    return stacked_chart("sent", _("Patients sent, by year"), [digits(str(year)) for year in years], series, head=_("Year"), level=2)


def places(user: Any) -> tuple[Any, bool]:
    """The institutions that somebody may write about, and whether that is the whole country."""
    reach = scope_for(user, "referral.record")
    listed = Institution.objects.listed().order_by("sort_key", "pk")
    if reach.everything:
        return listed.filter(country__code=home().country), True
    return listed.filter(pk__in=reach.institutions), False


FIELD_OF = {"already_there": "specialty", "too_fine": "cost"}


def referral_new(request: HttpRequest) -> HttpResponse:
    require(request.user, "referral.record")
    institutions, is_national = places(request.user)
    form = ReferralForm(
        request.POST or None, institutions=institutions, is_national=is_national, initial={"year": today().year - 1, "destination": Destination.ABROAD}
    )
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.record_referral(by=request.user, **form.values()), FIELD_OF):
        messages.success(request, _("The figure is kept."))
        return redirect("referrals")
    context = {"form": form, "title": _("Patients who were sent"), "button": _("Keep")}
    return render(request, "evaluation/referral_form.html", context, status=400 if form.is_bound else 200)


def referral_edit(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_for(request.user, related(ReferralStatistic.objects.all()), "referral.record", pk)
    form = ReferralForm(request.POST or None, institutions=Institution.objects.none(), is_national=True, row=item)
    if request.method == "POST" and form.is_valid():
        deed = lambda: actions.edit_referral(item, by=request.user, version=form.cleaned_data["version"], **form.values())  # noqa: E731
        if done(form, deed, FIELD_OF):
            messages.success(request, _("The figure is corrected."))
            return redirect("referrals")
    context = {"form": form, "item": item, "title": _("Correct a figure"), "button": _("Keep"), "history": trail(item)[:20], "differences": kept(form)}
    return render(request, "evaluation/referral_form.html", context, status=400 if form.is_bound else 200)


# --- From a sheet ------------------------------------------------------------------------------------------------------


def referral_import(request: HttpRequest) -> HttpResponse:
    """Bring a sheet; look at what would become of it; write it. Nothing is kept before the last step."""
    require(request.user, "referral.record")
    if request.method == "POST" and "lines" in request.POST:
        return confirm(request)
    form = ReferralSheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            lines = actions.read_referrals(form.content())
        except Unreadable as error:
            form.add_error("file", " ".join(problem_words(error.code)))
        except actions.NoTable:
            form.add_error("file", _("No row names its columns. Write them above the list, for example: year, specialty, sent, patients."))
        else:
            if len(lines) > MOST_ROWS:
                form.add_error("file", _("The sheet has more than %(limit)s figures: divide it.") % {"limit": MOST_ROWS})
            else:
                upload = form.cleaned_data.get("file")
                return preview(request, lines, form.defaults(), file_name(upload.name) or _("file") if upload else _("pasted table"))
    context = {"form": form, "tabs": tabs(request.user, "referrals")}
    return render(request, "evaluation/referral_import.html", context, status=400 if form.is_bound else 200)


def packed(lines: list[Line]) -> str:
    return json.dumps([[line.sheet, line.number, dict(line.cells)] for line in lines], ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> list[Line]:
    """What `packed` made, cleaned once more: it has been in a browser. Raises ValueError when it was not."""
    given = read_json(text)
    if not isinstance(given, list) or len(given) > MOST_ROWS:
        raise ValueError("too many lines")
    found = []
    for sheet, number, cells in given:
        if (
            not isinstance(cells, dict)
            or not isinstance(number, int)
            or not isinstance(sheet, str)
            or not all(isinstance(text, str) for text in cells.values())
        ):
            raise ValueError("no line")
        found.append(Line(clean(sheet)[:100], number, {name: clean(cells[name])[:300] for name in FIELDS if name in cells}))
    return found


def preview(request: HttpRequest, lines: list[Line], defaults: dict[str, str], title: str) -> HttpResponse:
    found = actions.preview_referrals(lines, by=request.user, defaults=defaults)
    counts = {verdict: sum(line.verdict == verdict for line in found) for verdict in VERDICT_TONES}
    form = ConfirmForm(initial={"lines": packed(lines), "title": title, **defaults})
    context = {
        "form": form, "title": title, "counts": [(Verdict(verdict).label, number, VERDICT_TONES[verdict]) for verdict, number in counts.items() if number],
        "to_write": counts[Verdict.CREATED] + counts[Verdict.UPDATED], "refused": [shown(line) for line in found if line.is_refused][:60],
        "has_refused": counts[Verdict.REFUSED], "rows": [shown(line) for line in found if line.verdict in (Verdict.CREATED, Verdict.UPDATED)][:60],
        "tabs": tabs(request.user, "referrals"),
    }  # fmt: skip
    return render(request, "evaluation/referral_preview.html", context)


def shown(line: Checked) -> dict[str, Any]:
    values = line.values
    return {
        "number": line.line.number, "sheet": line.line.sheet, "verdict": Verdict(line.verdict).label, "tone": VERDICT_TONES[Verdict(line.verdict)], "year": values.get("year"),
        "specialty": values.get("specialty") or line.line.cells.get("specialty", ""), "place": values.get("institution") or values.get("region") or "",
        "sent": Destination(values["destination"]).label if values.get("destination") else "", "patients": values.get("patients"), "reason": line.reason,
        "column": FIELDS.get(line.column, ""), "suggestion": line.suggestion,
    }  # fmt: skip


def confirm(request: HttpRequest) -> HttpResponse:
    form = ConfirmForm(request.POST)
    try:
        lines = unpacked(form.cleaned_data["lines"]) if form.is_valid() else []
    except (ValueError, TypeError):
        lines = []
    if not lines:
        messages.error(request, _("What was looked at did not arrive whole: bring the sheet again."))
        return redirect("referral-import")
    defaults = {name: form.cleaned_data.get(name, "") for name in ("destination", "source")}
    if "refused" in request.POST:
        found = actions.preview_referrals(lines, by=request.user, defaults=defaults)
        rows = (
            [line.line.sheet, line.line.number, *(line.line.cells.get(name, "") for name in FIELDS), line.reason, line.suggestion]
            for line in found
            if line.is_refused
        )
        return as_xlsx("refused", REFUSED_COLUMNS, rows)
    try:
        counts = actions.import_referrals(lines, by=request.user, defaults=defaults, title=file_name(form.cleaned_data["title"]))
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("referral-import")
    figures = {"new": counts.get(Verdict.CREATED, 0), "changed": counts.get(Verdict.UPDATED, 0), "refused": counts.get(Verdict.REFUSED, 0)}
    messages.success(
        request, _("Imported: %(new)s new, %(changed)s changed, %(refused)s refused.") % {name: digits(str(number)) for name, number in figures.items()}
    )
    return redirect("referrals")


# --- Care brought home --------------------------------------------------------------------------------------------------


def localisation_page(request: HttpRequest) -> HttpResponse:
    """Specialty by specialty: the autonomy ladder, patients still sent, what twinning did in the same years."""
    user = request.user
    require(user, "referral.read_sums")
    region = home_regions(None).filter(code=request.GET.get("region", "")).first()
    last = today().year
    years = list(range(last - YEARS + 1, last + 1))
    found = localisation(user, region, last)
    chosen = next((item for item in found if item.specialty.code == request.GET.get("specialty")), None)
    export = EXPORTS.get(request.GET.get("export", ""))
    if export:
        return export("localisation", local_columns(years), (local_row(item) for item in found))
    query = request.GET.copy()
    for key in ("export", "lang"):
        query.pop(key, None)
    context = {
        "rows": found, "years": years, "regions": home_regions(None), "region": region, "chosen": chosen, "tabs": tabs(user, "localisation"),
        "charts": beside([chosen] if chosen else found, years), "query": query.urlencode(), "may_record": can(user, "referral.record"),
    }  # fmt: skip
    return render(request, "evaluation/referral_localisation.html", context)


def beside(found: list[Row], years: list[int]) -> list[Chart]:
    """Patients sent, and what twinning did, over the same years: two pictures, because they are counted differently."""
    labels = [digits(str(year)) for year in years]
    sums = totals(found, years)
    return [
        bar_chart("sent", _("Patients sent"), labels, [Series(_("abroad"), sums["abroad"]), Series(_("to another region"), sums["elsewhere"])], head=_("Year"), level=2),
        bar_chart(
            "done", _("What twinning did"), labels, [Series(_("operations"), sums["operations"]), Series(_("transfers avoided"), sums["avoided"])], head=_("Year"), level=2,
            note=_("Seen side by side: fewer patients sent need not be the work of twinning."),
        ),
    ]  # fmt: skip


def local_columns(years: list[int]) -> tuple[Column, ...]:
    figures = (
        (name, label)
        for name, label in (
            ("abroad", _("abroad")),
            ("elsewhere", _("to another region")),
            ("operations", _("operations")),
            ("avoided", _("transfers avoided")),
        )
    )
    return (*LOCAL_COLUMNS, *(Column(f"{name}-{year}", f"{label} {year}", 14) for name, label in figures for year in years))


def local_row(item: Row) -> list[Any]:
    figures = [value if value is not None else "" for name in ("abroad", "elsewhere", "operations", "avoided") for value in item.over(getattr(item, name))]
    furthest = Rung(item.furthest).label if item.furthest else ""
    return [as_text(item.specialty.name), sum(item.lines.values()), str(furthest), item.state_label, *figures]
