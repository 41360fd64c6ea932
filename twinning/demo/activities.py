"""Activities of every sort for the demonstration: two hosts and three sites, disputed, corrected, postponed, under way, at a distance. All invented."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from accounts.models import User
from accounts.policy import Role
from activities import actions
from activities.choices import Cadre, Part
from activities.figures import OtherFigure, by_key, figures_of
from activities.lifecycle import ACTIVITY
from activities.models import Activity
from activities.rules import HeadCount, ResultLine, Volume
from core.formats import today
from core.outbox import quietly
from partnerships.actions import create_partnership
from partnerships.models import Institution, Membership, Partnership, Specialty

INVENTED = "نشاط تجريبي: الأسماء والأرقام والتواريخ من وضع البوابة لأغراض العرض."


@dataclass(frozen=True)
class Stage:
    """Who and what the invented activities are made of."""

    north: Institution
    south: Institution
    second: Institution  # another host
    specialties: list[Specialty]
    second_site: str
    people: dict[str, User]

    def user(self, login: str) -> User:
        return self.people[f"coordinator.{login}"]


def seed_missions(
    pair: Partnership,
    *,
    north: Institution,
    south: Institution,
    not_this: Institution,
    specialties: list[Specialty],
    second_site: str,
    people: dict[str, User],
    agree: Callable[..., Any],
) -> None:
    """Fill the calendar of the demonstration's coordinators with what a year of twinning holds; nobody is told."""
    pair = Partnership.objects.with_people().get(pk=pair.pk)
    with quietly():
        stage = Stage(north, south, another_host(south, not_this), specialties, second_site, dict(people))
        both = made_pair(stage, agree)
        two_hosts(both, stage, ended=61, done=True)
        two_hosts(both, stage, ended=16, done=False)
        postponed(pair, stage)
        under_way(pair, stage)
        at_a_distance(pair, stage)


def another_host(south: Institution, not_this: Institution) -> Institution:
    """A hospital that cares for patients in the same country, of the same region where there is one."""
    rows = Institution.objects.listed().filter(country=south.country, kind__world=south.kind.world).exclude(pk__in=[south.pk, not_this.pk])
    return rows.filter(region=south.region).order_by("code").first() or rows.filter(kind=south.kind).order_by("code").first() or rows.order_by("code")[0]


def made_pair(stage: Stage, agree: Callable[..., Any]) -> Partnership:
    """A partnership with two hosts, and somebody who answers for the second one."""
    made = create_partnership(
        by=None, senders=[stage.north], hosts=[stage.south, stage.second], specialties=stage.specialties, started_on=today() - timedelta(days=180),
        goals="قوافل مشتركة بين مؤسستين متجاورتين لتقاسم الفريق والعتاد.",
    )  # fmt: skip
    agree(made, today() - timedelta(days=180), today() + timedelta(days=184))
    stage.people["coordinator.second"] = User.objects.create(email="coordinator.second@invented.example", name="منسق المؤسسة الثانية", language="ar")
    Membership.objects.create(user=stage.user("second"), role=Role.COORDINATOR, institution=stage.second, valid_from=today() - timedelta(days=400))
    return Partnership.objects.with_people().get(pk=made.pk)


def day(days: int) -> date:
    return today() + timedelta(days=days)


def approved(activity: Activity, stage: Stage, *, confirmed: bool = True) -> Activity:
    """Submitted, favoured by the region, approved, and confirmed by every institution whose person is known."""
    actions.transition_activity(activity, ACTIVITY["submit"], by=None)
    if region := stage.people.get("region.south"):
        actions.give_opinion(activity, by=region, opinion="favourable", remark="الوسائل متوفرة.")
    actions.transition_activity(activity, ACTIVITY["approve"], by=None)
    for login in ("south", "north", "second") if confirmed else ():
        mine = stage.people.get(f"coordinator.{login}")
        if mine and mine.memberships.filter(institution__in=[party.institution_id for party in activity.parties.all()]).exists():
            actions.confirm_participation(activity, by=mine)
    return activity


def two_hosts(both: Partnership, stage: Stage, *, ended: int, done: bool) -> Activity:
    """A mixed mission of five days at two hospitals and a treatment room: validated and corrected later, or disputed."""
    first, second, third = stage.specialties
    start = day(-ended - 4)
    activity = actions.create_activity(
        by=stage.user("south"), kind="mixed", partnership=both, starts_on=start, ends_on=day(-ended), source_note=INVENTED,
        name="قافلة الجراحة والفحوص" if done else "قافلة الخريف", sites=[stage.south, stage.second, stage.second_site],
        volumes=[Volume(first, 48, 90, 20), Volume(second, 31, 60, 12), Volume(third, 0, 40, 0)], theatres=2,
        consumables="علب جراحة: 4، المؤسسة الداعمة\nخيوط جراحية: 60، المؤسسة المستفيدة\nقفازات معقمة: 400، المؤسسة المستفيدة",
        lodging="دار الضيافة للمؤسسة المستفيدة، 11 سريرا", travel="طائرة ثم حافلة المؤسسة",
    )  # fmt: skip
    sites = list(activity.sites.order_by("pk"))
    for place, (kind, title, hour) in enumerate(
        (("examination", "فحوص الانتقاء", 8), ("operating_list", "قائمة العمليات الأولى", 9), ("lecture", "درس الفريق", 14))
    ):
        actions.add_session(
            activity, by=stage.user("south"), kind=kind, held_on=start + timedelta(days=place), title=title, starts_at=time(hour), ends_at=time(hour + 3),
            site=sites[place % 2], specialty=first,
        )  # fmt: skip
    approved(activity, stage)
    lines = [
        ResultLine(stage.south, "", first, {
            "consultations": 87, "operations_planned": 20, "operations_done": 19, "explorations": 31, "transferred": 1, "transfers_avoided": 14,
            "operating_lists": 5, "lists_with_checklist": 5, "complications": 1, "men": 40, "women": 33, "children": 14,
        }),
        ResultLine(stage.second, "", second, {"consultations": 54, "operations_planned": 12, "operations_done": 10, "operating_lists": 3, "lists_with_checklist": 2}),
        ResultLine(None, stage.second_site, third, {"consultations": 38, "audience": 60}),
    ]  # fmt: skip
    heads = [
        HeadCount(Part.TRAINED, stage.south, Cadre.DOCTORS, 5), HeadCount(Part.TRAINED, stage.south, Cadre.PARAMEDICAL, 9),
        HeadCount(Part.TEAM, stage.north, "", 11), HeadCount(Part.TEAM, stage.south, "", 14), HeadCount(Part.TEAM, stage.second, "", 8),
    ]  # fmt: skip
    actions.report_activity(activity, by=stage.user("south"), lines=lines, people=heads, checklist="some")
    activity = Activity.objects.get(pk=activity.pk)
    if not done:
        disputed = [said(activity, 0, "operations_done", 18, "عملية أُجلت ليوم لم يُبرمج"), said(activity, 1, "consultations", 51, "سجل الفحوص للمؤسسة الثانية")]
        return actions.dispute_activity(activity, by=stage.user("north"), figures=disputed)
    actions.counter_confirm_activity(activity, by=stage.user("north"))
    actions.validate_activity(activity, by=stage.people["ministry"])
    corrected = [said(Activity.objects.get(pk=activity.pk), 2, "consultations", 41, "ثلاثة فحوص سُجلت بعد المهمة")]
    return actions.correct_activity(activity, by=stage.people["head"], figures=corrected)


def said(activity: Activity, place: int, name: str, value: int, reason: str) -> OtherFigure:
    row = activity.results.order_by("pk")[place]
    return OtherFigure(by_key(figures_of(activity))[f"r{row.pk}-{name}"], value, reason)


def postponed(pair: Partnership, stage: Stage) -> None:
    """One put off to days that wait for approval again."""
    activity = actions.create_activity(
        by=stage.user("south"), kind="surgical", partnership=pair, starts_on=day(24), ends_on=day(28), source_note=INVENTED,
        volumes=[Volume(stage.specialties[0], 26, 60, 16)], theatres=2,
    )  # fmt: skip
    approved(activity, stage, confirmed=False)
    actions.postpone_activity(activity, by=stage.user("south"), reason="أشغال في قاعة العمليات", starts_on=day(52), ends_on=day(56))


def under_way(pair: Partnership, stage: Stage) -> None:
    """One that takes place today, confirmed by both sides."""
    activity = actions.create_activity(
        by=stage.user("north"), kind="mixed", partnership=pair, starts_on=day(-1), ends_on=day(2), source_note=INVENTED,
        volumes=[Volume(stage.specialties[0], 18, 40, 8), Volume(stage.specialties[2], 12, 30, 0)], theatres=1, travel="طائرة",
    )  # fmt: skip
    for place, (kind, title) in enumerate((("examination", "فحوص الانتقاء"), ("operating_list", "قائمة العمليات"))):
        actions.add_session(activity, by=stage.user("north"), kind=kind, held_on=day(place), title=title, starts_at=time(8, 30), ends_at=time(13))
    approved(activity, stage)


def at_a_distance(pair: Partnership, stage: Stage) -> None:
    """What needs no theatre: a tele-expertise session, a lecture, an awareness action, a visiting specialist, an external visit."""
    first = stage.specialties[0]
    north, south, ministry = stage.user("north"), stage.user("south"), stage.people["ministry"]
    heads = [HeadCount(Part.TRAINED, stage.south, Cadre.DOCTORS, 4)]

    def held(kind: str, ended: int, by: User, counts: dict[str, int], length: int = 0, **given: Any) -> Activity:
        line = ResultLine(stage.south, "", first, counts)
        return actions.log_activity(
            by=by, kind=kind, partnership=pair, starts_on=day(-ended - length), ends_on=day(-ended), lines=[line], people=heads, source_note=INVENTED, **given,
        )  # fmt: skip

    held("tele_expertise", 4, north, {"cases_discussed": 6, "transferred": 1, "transfers_avoided": 4})
    lecture = held("lecture", 33, north, {"audience": 46}, name="الوقاية من العدوى في قاعة العمليات")
    held("awareness", 13, north, {"audience": 180, "explorations": 62, "women": 140, "men": 40}, name="الكشف المبكر عن سرطان الثدي")
    visit = held("visiting", 70, south, {"consultations": 22, "operations_planned": 6, "operations_done": 6, "cases_discussed": 9}, 2, purpose="complex_care")
    for activity, other in ((lecture, south), (visit, north)):
        actions.counter_confirm_activity(activity, by=other)
        actions.validate_activity(activity, by=ministry)
    actions.create_activity(
        by=ministry, kind="external_visit", partnership=pair, starts_on=day(18), ends_on=day(18), name="زيارة متابعة ميدانية", origin="instruction", source_note=INVENTED,
    )  # fmt: skip
