"""What the report of an evaluation says, in one language: words and numbers only, for the PDF and the Word file alike."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from core.formats import day, digits, number, today
from core.profile import home
from core.seals import spaced
from core.typesetting import qr_svg
from evaluation.choices import AnsweringSide
from evaluation.models import ActionPoint, Evaluation
from evaluation.reading import Results, results_of, visit_lines
from evaluation.scoring import CriterionScore, DomainScore


def capital(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]


def figure(value: float | None) -> str:
    """A mean with one decimal place, in the country's digits; a dash for none."""
    return number(value, 1)


def report(evaluation: Evaluation, language: str, *, code: str = "") -> dict[str, Any]:
    """Everything that stands on the paper. Without a code it is marked as a draft."""
    with override(language):
        results = results_of(evaluation, with_visit=evaluation.visited_on is not None)
        kind = capital(evaluation.get_kind_display())
        return {
            "language": language,
            "digits": home().arabic_digits if language == "ar" else "0123456789",
            "letterhead": home().letterhead[language],
            "title": kind,
            "subtitle": sides_in_words(evaluation),
            "footer": f"{kind} · {evaluation.partnership.title}",
            "day": [today().year, today().month, today().day],
            "draft": "" if code else pgettext("across a page", "DRAFT"),
            "code": spaced(code) if code else "",
            "address": f"{settings.PORTAL_BASE_URL}/verify/{code}/" if code else "",
            "qr": qr_svg(f"{settings.PORTAL_BASE_URL}/verify/{code}/") if code else "",
            "facts": facts(evaluation, results),
            "plainly": plainly(results),
            "words": labels(),
            "means": {name: figure(results.means[name]) for name in ("sender", "host", "visitor", "before")},
            "has_visit": any(score.visitor is not None for score in results.domains),
            "has_before": results.previous is not None,
            "domains": [domain_line(score) for score in sorted(results.domains, key=lambda score: score.name)],
            "first": [criterion_line(score) for score in results.first],
            "remarks": [{"side": capital(item.side.get_side_display()), "text": item.text} for item in results.remarks],
            "sections": [
                {"heading": str(heading), "text": text}
                for heading, text in (
                    (_("Achievements"), evaluation.achievements), (_("Difficulties"), evaluation.difficulties), (_("Decisions"), evaluation.decisions),
                )
            ],
            "difficulties": [{"area": capital(row.get_area_display()), "text": row.text} for row in evaluation.difficulty_list.all()],
            "points": [point_line(point) for point in ActionPoint.objects.filter(evaluation=evaluation).select_related("owner")],
            "visit": visit(evaluation),
        }  # fmt: skip


def sides_in_words(evaluation: Evaluation) -> str:
    joint = pgettext("between two names", ", ")
    sender, host = (joint.join(place.name for place in places) for places in (evaluation.partnership.senders, evaluation.partnership.hosts))
    return pgettext("two sides of a partnership", "%(sender)s and %(host)s") % {"sender": sender, "host": host}


def labels() -> dict[str, str]:
    """Headings of tables and the small words of the page."""
    return {
        "page": _("Page {n} of {m}"), "verify": _("Anybody can check this paper at the address below, or by the drawing."),
        "means": _("Means by domain, on a scale from 0 to 4"), "domain": _("Domain"), "sender": capital(AnsweringSide.SENDER.label),
        "host": capital(AnsweringSide.HOST.label), "visitor": _("External evaluator"), "before": _("Last time, both sides"), "overall": _("Overall"),
        "first": _("What was looked at first: wide differences and low marks"), "criterion": _("Criterion"), "review": _("What both sides agreed on"),
        "area": _("Area"), "difficulty": _("Difficulty"), "named": _("Difficulties by area"), "points": _("Action points"),
        "what": _("What is to be done"), "owner": _("Done by"), "until": _("Until"), "status": _("Status"), "visit": _("Visit of the external evaluator"),
        "line": _("Point of the checklist"), "mark": _("Mark"), "comment": _("Comment"), "remarks": _("General remarks"),
    }  # fmt: skip


def facts(evaluation: Evaluation, results: Results) -> list[list[str]]:
    """Lines of (label, value) under the title."""
    lines = [[_("Partnership"), evaluation.partnership.code]]
    if evaluation.activity:
        lines.append([_("Activity"), evaluation.activity.title])
    lines.append([_("Due"), day(evaluation.due_on)])
    for side in evaluation.sides.all():
        said = _("handed in on %(day)s") % {"day": day(side.submitted_at)} if side.submitted_at else _("has not answered")
        lines.append([capital(side.get_side_display()), said])
    if evaluation.visited_on and evaluation.evaluator:
        lines.append([_("Visited on"), f"{day(evaluation.visited_on)} · {evaluation.evaluator.name}"])
    if results.previous:
        lines.append([_("Compared with"), day(results.previous.due_on)])
    lines.append([_("Status"), capital(evaluation.get_status_display())])
    return [[str(label), str(value)] for label, value in lines]


def plainly(results: Results) -> str:
    """What a reader must not overlook: that one side is missing."""
    if results.silent is None:
        return ""
    return _("The %(side)s has not answered. This report rests on the answers of one side only.") % {"side": results.silent.get_side_display()}


def domain_line(score: DomainScore) -> dict[str, Any]:
    values = {"sender": score.sender, "host": score.host, "visitor": score.visitor, "before": score.before}
    return {
        "name": score.name, "is_wide": score.is_wide, "is_low": score.is_low,
        "bars": {name: None if value is None else round(value / 4 * 100, 1) for name, value in values.items()},  # percent of the scale
        "figures": {name: figure(value) for name, value in values.items()},
        "flag": _("wide difference") if score.is_wide else _("low mean") if score.is_low else "",
    }  # fmt: skip


def criterion_line(score: CriterionScore) -> dict[str, str]:
    """One criterion with the marks as whole numbers; a dash for none."""
    marks = {side: "—" if mark is None else digits(str(mark)) for side, mark in (("sender", score.sender), ("host", score.host))}
    return {
        "name": f"{digits(str(score.number))}. {score.name}", **marks, "before": figure(score.before),
        "flag": _("wide difference") if score.is_wide else _("low mean"),
    }  # fmt: skip


def point_line(point: ActionPoint) -> dict[str, str]:
    return {"text": point.text, "owner": point.owner.name, "until": day(point.due_on), "status": capital(point.get_status_display())}


def visit(evaluation: Evaluation) -> dict[str, Any] | None:
    """The checklist and the findings, once they are handed in."""
    if evaluation.visited_on is None:
        return None
    lines = [
        {"name": f"{digits(str(line.criterion.number))}. {line.criterion.name}", "mark": "—" if line.score is None else digits(str(line.score)), "comment": line.comment}
        for line in visit_lines(evaluation)
    ]  # fmt: skip
    return {"findings": evaluation.visit_findings, "lines": lines}
