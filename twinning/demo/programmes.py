"""Annual programmes of the demonstration's pair: this year's approved and carried out in part, next year's being written. All invented."""

from accounts.models import User
from activities.actions import programmes
from activities.choices import ActivityStatus
from activities.generator import proposal_for
from activities.lifecycle import PROGRAMME
from activities.models import Activity, Programme
from core.formats import today
from core.outbox import quietly
from partnerships.models import Partnership, Specialty

INVENTED = "للعرض التجريبي"
VOLUMES = {"surgical": {"consultations": 80, "operations": 20}, "medical": {"consultations": 120}}
UNFORESEEN = 1  # the place of the activity that the programme did not foresee


def seed_programmes(pair: Partnership, specialties: list[Specialty], people: dict[str, User]) -> None:
    """One programme for each year that the pair's agreement reaches into, through the portal's own actions; nobody is told."""
    pair = Partnership.objects.with_people().get(pk=pair.pk)
    agreement = pair.agreements.in_force().order_by("-ends_on").first()
    if agreement is None:
        return
    year = today().year
    with quietly():
        if agreement.starts_on.year <= year:
            this = programmes.start_programme(agreement, year, by=people["coordinator.north"], note="برنامج مشترك بين المؤسستين.")
            carry_out(this, pair, specialties, people)
        if agreement.ends_on.year > year:
            coming = programmes.start_programme(agreement, year + 1, by=people["coordinator.south"])
            propose(coming, specialties, people)


def carry_out(programme: Programme, pair: Partnership, specialties: list[Specialty], people: dict[str, User]) -> None:
    """A line for each activity of the year but one, a line that was not held, one still ahead; approved."""
    north, south, year = people["coordinator.north"], people["coordinator.south"], programme.year
    done = pair.activities.filter(starts_on__year=year).exclude(status__in=[ActivityStatus.DRAFT, ActivityStatus.CANCELLED]).order_by("starts_on", "pk")
    foreseen = [activity for place, activity in enumerate(done) if place != UNFORESEEN]
    for place, activity in enumerate(foreseen):
        line = programmes.save_line(
            programme, None, by=(north, south)[place % 2], kind=activity.kind, specialty=specialties[place % len(specialties)], month=activity.starts_on.month,
            days=(activity.ends_on - activity.starts_on).days + 1, note="", **VOLUMES.get(activity.kind, {"trained": 20}),
        )  # fmt: skip
        Activity.objects.filter(pk=activity.pk).update(planned=line)
    programmes.save_line(programme, None, by=south, kind="study", specialty=specialties[0], month=max(1, today().month - 2), days=2, trained=25, note=INVENTED)
    programmes.save_line(programme, None, by=north, kind="study", specialty=specialties[1], month=12, days=2, trained=30, note=INVENTED)
    programmes.transition_programme(programme, PROGRAMME["submit"], by=south)
    programmes.transition_programme(programme, PROGRAMME["approve"], by=people["ministry"])


def propose(programme: Programme, specialties: list[Specialty], people: dict[str, User]) -> None:
    """The first line that the portal proposes, and one that people added; the rest can be asked for."""
    found = proposal_for(Programme.objects.with_people().get(pk=programme.pk), people["coordinator.south"])
    values = [{name: getattr(line, name) for name in (*programmes.FIELDS, "reasons")} for line in found[:1]]
    programmes.take_lines(programme, values, by=people["coordinator.south"])
    programmes.save_line(programme, None, by=people["coordinator.north"], kind="study", specialty=specialties[0], month=2, days=2, trained=20, note=INVENTED)
