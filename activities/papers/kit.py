"""The mission kit: what a team prints before it leaves, in one language, all in one or page by page.

The mission order is a paper of its own, issued once for what it says and open to verification; in the kit it carries the
same code. Nothing here has room for a patient's name.
"""

import re
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from activities.choices import APPROVED_OR_LATER, OFF, AgeBand, Cadre, Part, ParticipantRole, Presence
from activities.models import Activity, Participant
from activities.models.result import figure_label
from activities.papers.certificate import capital, revision_of, without_vowel_marks
from activities.papers.codes import code_of
from activities.querysets import with_own_parties
from core.formats import as_day, day, days, digits, joined, number, today
from core.lifecycle import TransitionRefused
from core.models import Seal
from core.profile import home
from core.seals import Facts, issue, spaced
from core.tables import table
from core.typesetting import isolated, qr_svg, typeset
from partnerships.choices import GIVING, Side
from partnerships.papers.words import in_a_sentence, language_name
from partnerships.querysets import with_parties

HERE = Path(__file__).parent
TEMPLATE = HERE / "kit.typ"
KIND = "mission_order"
LANGUAGES = ("ar", "fr", "en")
MOST_SITES, MOST_SPECIALTIES = 4, 4  # on the form of results; what is more has blank columns
PARTS: dict[str, str | Promise] = {
    "order": gettext_lazy("Mission order"),
    "team": gettext_lazy("Team list"),
    "operations": gettext_lazy("Operating list"),
    "consumables": gettext_lazy("Consumables and instruments"),
    "checklist": gettext_lazy("Safety checklist"),
    "results": gettext_lazy("Results on paper"),
}


def whole(queryset: Any) -> Any:
    """Activities with everything that the kit reads, in a fixed number of queries."""
    return queryset.select_related("partnership", "agreement", "leader__institution", "leader__profession").prefetch_related(
        with_own_parties(), "sites__institution", "specialties", "invitations",
        with_parties("partnership__"),
        "participants__professional__profession", "participants__professional__specialty", "participants__professional__institution",
        "participants__institution", "participants__profession",
    )  # fmt: skip


def parts_of(activity: Activity) -> list[str]:
    """The pages that this kind of activity needs: no operating list and no checklist where nobody operates."""
    kind = activity.kind_of
    surgical = {"operations", "checklist"} if kind.plans_operations else set()
    packed = {"consumables"} if kind.plans_volumes or activity.consumables.strip() else set()
    return [part for part in PARTS if part in {"order", "team", "results"} | surgical | packed]


def is_final(activity: Activity) -> bool:
    """Whether the mission order may be issued: the ministry has approved the mission."""
    return activity.status in APPROVED_OR_LATER


# --- The words of each page ---------------------------------------------------------------------------------------


def reference(activity: Activity) -> str:
    return isolated(digits(f"{activity.partnership.code if activity.partnership else home().country}/{activity.pk}"))


LATIN_RUN = re.compile(r"[A-Za-z0-9][\w./+%°:-]*(?: [A-Za-z0-9][\w./+%°:-]*)*", re.ASCII)


def in_order(text: str) -> str:
    """Text that people wrote, with each run of Latin letters, and each number with a sign inside, kept in its order in Arabic."""
    return LATIN_RUN.sub(lambda run: isolated(run[0]) if re.search("[A-Za-z/:-]", run[0]) else run[0], text)


def team_of(activity: Activity) -> list[Participant]:
    """Those who travel and those who receive them: the leader first, whoever is known to stay away left out."""
    rows = [row for row in activity.participants.all() if row.part == Part.TEAM and row.presence not in {Presence.ABSENT, Presence.WAITING}]
    return sorted(rows, key=lambda row: (row.role != ParticipantRole.LEADER, not row.is_named, row.pk))


def person_name(row: Participant, language: str) -> str:
    known = row.professional
    if known is None:
        return row.name
    return known.name if language == "ar" else known.latin_name or known.name


def about_person(row: Participant) -> str:
    """Profession and rank, or how many of which cadre."""
    if not row.is_named:
        cadre = Cadre(row.cadre).label if row.cadre else _("people")
        return pgettext("people of a cadre and how many", "%(cadre)s: %(count)s") % {"cadre": cadre, "count": number(row.count)}
    known = row.professional
    words = [known.profession, known.rank] if known else [row.profession]
    return joined(words)


def institution_of(row: Participant) -> str:
    return str(row.institution or (row.professional.institution if row.professional else "") or "")


def order_words(activity: Activity, language: str) -> dict[str, Any]:
    """What the mission order says: words only. A paper of its own is due whenever one of them changes."""
    senders, hosts = activity.of_side(*GIVING), activity.of_side(Side.HOST)
    name = activity.get_kind_display()
    lines = [(_("Reference"), reference(activity))]
    lines.append((_("Purpose"), capital(pgettext("kind and subject", "%(kind)s: %(name)s") % {"kind": name, "name": activity.name} if activity.name else name)))
    if activity.purpose:
        lines.append((_("Purpose of the visit"), capital(activity.get_purpose_display())))
    lines.append((_("Dates"), days(activity.starts_on, activity.ends_on)))
    lines += [(_("Sent by"), in_a_sentence([place.name for place in senders]))] if senders else []
    lines += [(_("Received by"), in_a_sentence([place.name for place in hosts]))] if hosts else []
    if (sites := list(dict.fromkeys(str(site) for site in activity.sites.all()))) and sites != [str(place) for place in hosts]:
        lines.append((_("Place"), in_a_sentence(sites)))
    if specialties := [specialty.name for specialty in activity.specialties.all()]:
        lines.append((_("Specialties"), in_a_sentence(specialties)))
    if activity.leader:
        lines.append((_("Team leader"), activity.leader.name if language == "ar" else activity.leader.latin_name or activity.leader.name))
    if activity.agreement:
        lines.append((_("Legal base"), capital(activity.agreement.title)))
    lines += [
        (label, in_order(" · ".join(text.split("\n")))) for label, text in ((_("Travel"), activity.travel), (_("Lodging"), activity.lodging)) if text.strip()
    ]
    abroad = {place.pk for place in senders}
    travelling = [
        row for row in team_of(activity) if not abroad or row.institution_id in abroad or (row.professional and row.professional.institution_id in abroad)
    ]
    team = {
        "title": _("Those who travel"), "head": [_("Name"), _("Profession"), _("Institution")], "widths": ["1fr", 48, 58], "blank": 0,
        "rows": [[person_name(row, language) or "—", about_person(row), institution_of(row)] for row in travelling],
    }  # fmt: skip
    if not travelling:
        team["blank"] = 6
    return {
        "kind": "order", "flipped": False, "title": _("Mission order"), "subtitle": "", "lines": [(str(label), str(value)) for label, value in lines],
        "team": team, "stamps": [_("Seen on arrival: date, stamp"), _("Seen on departure: date, stamp")], "signature": _("Signature and seal"),
    }  # fmt: skip


def team_page(activity: Activity, language: str) -> dict[str, Any]:
    rows = []
    for place, row in enumerate(team_of(activity), 1):
        known = row.professional
        phone = isolated(known.phone.replace(" ", "\u00a0")) if known else ""
        spoken = in_a_sentence([language_name(code) for code in known.languages if code in LANGUAGES]) if known else ""
        role = capital(row.get_role_display()) if row.role else ""
        rows.append([digits(str(place)), person_name(row, language), about_person(row), institution_of(row), role, phone, spoken, ""])
    return page_of(
        "team", activity, flipped=True, rows=rows, blank=max(0, 11 - len(rows)), height=6,
        head=[_("No."), _("Name"), _("Profession"), _("Institution"), pgettext("in an activity", "Part"), _("Telephone"), _("Languages"), _("Signature")],
        widths=[12, "1fr", 42, 50, 24, 40, 26, 26],
    )  # fmt: skip


def operations_page(activity: Activity, language: str) -> dict[str, Any]:
    bands = joined(AgeBand.labels)
    return page_of(
        "operations", activity, flipped=True, blank=11, height=6.5,
        blanks=[pgettext("under a signature", "Date:"), _("Site:"), _("Surgeon:"), _("Anaesthetist:"), _("Specialty:"), _("Theatre team:")],
        head=[_("Order"), _("Code of the host"), _("Age band"), _("Procedure"), _("Theatre"), _("Anaesthesia"), _("Checklist done")],
        widths=[16, 38, 30, "1fr", 26, 32, 26],
        note=_("No names and no file numbers: the host’s own code only, for example TAM-001. Age bands: %(bands)s.") % {"bands": bands},
    )  # fmt: skip


def consumables_page(activity: Activity, language: str) -> dict[str, Any]:
    items = [in_order(line.strip()) for line in activity.consumables.splitlines() if line.strip()]
    rows = [[digits(str(place)), item, "", "", "", ""] for place, item in enumerate(items, 1)]
    return page_of(
        "consumables", activity, rows=rows, blank=max(3, 20 - len(rows)), height=6.5,
        head=[_("No."), _("What, how many, who brings it"), pgettext("consumables", "Packed"), pgettext("consumables", "Received"), pgettext("consumables", "Used"), pgettext("consumables", "Left")],
        widths=[11, "1fr", 19, 19, 19, 19], blanks=[_("Handed over by:"), _("Received by:"), pgettext("under a signature", "Date:")],
    )  # fmt: skip


def checklist_page(activity: Activity, language: str) -> dict[str, Any]:
    """Three moments in words of our own: the WHO's list may not be copied into a free portal, and names no visiting team."""
    rows = list(table(HERE / "checklist.csv"))
    moments = (("anaesthesia", _("Before the anaesthesia")), ("incision", _("Before the incision, all together")), ("leaving", _("Before leaving the theatre")))
    return page_of(
        "checklist", activity, kind="checklist", blanks=[_("Code of the host:"), pgettext("under a signature", "Date:"), _("Theatre:")],
        moments=[{"title": title, "items": [digits(row[language]) for row in rows if row["moment"] == moment]} for moment, title in moments],
        signed=_("Read aloud by, and signature"),
        note=_(
            "A short list of this portal after the three moments of the World Health Organization’s surgical safety checklist (2009). "
            "It is not the text of the WHO, which has not reviewed it, and it does not replace the list of the hospital."
        ),
    )  # fmt: skip


def results_page(activity: Activity, language: str) -> dict[str, Any]:
    kind = activity.kind_of
    specialties = [specialty.name for specialty in activity.specialties.all()][:MOST_SPECIALTIES]
    columns = specialties + [""] * max(0, 2 - len(specialties))
    figures = [capital(figure_label(kind, name)) for name in kind.all_fields]
    sites = list(dict.fromkeys(str(site) for site in activity.sites.all()))[:MOST_SITES] or [""]
    width = max(22, min(38, 100 // len(columns)))
    tables = [
        {
            "title": _("Site: %(site)s") % {"site": site} if site else _("Site:"), "head": [_("Count"), *columns], "blank": 0,
            "widths": ["1fr", *([width] * len(columns))], "rows": [[label, *[""] * len(columns)] for label in figures],
        }
        for site in sites
    ]  # fmt: skip
    people = [[pgettext("people on a form", "Trained: %(cadre)s") % {"cadre": cadre.label}, ""] for cadre in Cadre]
    people += [[_("Team from %(institution)s") % {"institution": party.institution}, ""] for party in activity.parties.all()]
    tables.append(
        {
            "title": _("People"),
            "head": [pgettext("people on a form", "Who"), pgettext("of people", "number")],
            "widths": ["1fr", 38],
            "blank": 0,
            "rows": people,
        }
    )
    code = code_of(activity.pk)
    address = f"{settings.PORTAL_BASE_URL}/r/{code}/"
    return page_of(
        "results", activity, kind="results", code=code, address=address, qr=qr_svg(address), tables=tables,
        how=_("Type these figures into the portal later: open the address below, or point a camera at the drawing."),
        blanks=[_("Filled in by:"), pgettext("under a signature", "Date:"), pgettext("under a signature", "Signature:")],
        counts=_("Counts only: no names, no file numbers."),
    )  # fmt: skip


def page_of(part: str, activity: Activity, **more: Any) -> dict[str, Any]:
    """What every page has; `kind` says how the template draws it."""
    subtitle = pgettext("between two sentences", ". ").join([capital(activity.title), activity.host_places])
    empty = {"kind": "listing", "flipped": False, "title": PARTS[part], "subtitle": subtitle, "blanks": [], "head": [], "widths": [], "rows": [], "blank": 0, "height": 7, "note": ""}  # fmt: skip
    return {**empty, "title": str(PARTS[part]), **more}


PAGES = {"team": team_page, "operations": operations_page, "consumables": consumables_page, "checklist": checklist_page, "results": results_page}


# --- Setting ------------------------------------------------------------------------------------------------------


def proof(code: str, issued_on: date | None = None) -> dict[str, str]:
    address = f"{settings.PORTAL_BASE_URL}/verify/{code}/" if code else ""
    return {
        "code": spaced(code) if code else "", "address": address, "qr": qr_svg(address) if code else "",
        "verify": _("Anybody can check this paper at the address below, or by the drawing."),
        "issued": pgettext("on a paper", "Issued on %(day)s") % {"day": day(issued_on or today())} if code else "",
    }  # fmt: skip


def set_pages(activity: Activity, language: str, parts: list[dict[str, Any]], *, is_draft: bool = False) -> bytes:
    data = {
        "language": language, "letterhead": home().letterhead[language], "day": [today().year, today().month, today().day],
        "digits": home().arabic_digits if language == "ar" else "0123456789", "title": capital(activity.title), "footer": capital(activity.title),
        "page": _("Page {n} of {m}"), "draft": pgettext("across a page", "DRAFT") if is_draft else "", "parts": parts,
    }  # fmt: skip
    return typeset(TEMPLATE, without_vowel_marks(data))


def issued_order(activity: Activity, language: str, *, by: Any = None) -> Seal:
    """The mission order: issued once for what it says, later calls give the same file. About 0.05 s.

    Raises TransitionRefused while the ministry has not approved the mission.
    """
    if not is_final(activity):
        raise TransitionRefused("not_approved", _("The mission order is issued once the ministry has approved the mission."))
    with override(language):
        words = order_words(activity, language)

    def render(code: str) -> bytes:
        with override(language):
            return set_pages(activity, language, [{**words, **proof(code)}])

    return issue(activity, KIND, language, render, revision=revision_of(words), by=by)


def kit_pdf(activity: Activity, language: str, parts: list[str], *, by: Any = None) -> bytes:
    """These pages of the kit in one file. A mission that is not approved has an order marked as a draft, without a code."""
    seal = issued_order(activity, language, by=by) if "order" in parts and is_final(activity) else None
    shown = (seal.code, as_day(seal.issued_at)) if seal else ("", None)
    with override(language):
        pages = [{**order_words(activity, language), **proof(*shown)} if part == "order" else PAGES[part](activity, language) for part in parts]
        return set_pages(activity, language, pages, is_draft=seal is None)


def facts_about(activity: Activity) -> Facts | None:
    """What anybody with the code of a paper may know: what it is, the institutions, the days, where it stands. No names of people."""
    if not is_final(activity) and activity.status not in OFF:
        return None
    lines: list[tuple[Any, Any]] = [(_("Kind"), capital(activity.get_kind_display())), (_("Reference"), reference(activity))]
    lines += [(_("Institution"), party.institution.name) for party in activity.parties.select_related("institution")]
    lines.append((_("Dates"), days(activity.starts_on, activity.ends_on)))
    return Facts(_("Mission order"), (activity.status_label, activity.tone), lines)
