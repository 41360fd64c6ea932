"""How the people of the demonstration are told: a digest here, a deputy there, one address that takes no mail."""

from datetime import timedelta

from accounts.actions import choose_rhythms, set_absence
from accounts.models import User
from core.bounces import note_bounce
from core.formats import today
from core.models import Notice

BEYOND = "@invented.example"  # people without a demo login


def seed_notices(people: dict[str, User]) -> None:
    """Through the portal's own actions. None of the demo logins loses a message that comes at once otherwise."""
    choose_rhythms(people["director.north"], {"room": "weekly", "library": "weekly"}, by=people["director.north"])
    choose_rhythms(people["finance"], {"activities": "never", "room": "never"}, by=people["finance"])
    away = today() + timedelta(days=24)
    set_absence(people["coordinator.north"], by=people["coordinator.north"], deputy=people["director.north"], starts_on=away, ends_on=away + timedelta(days=9))
    if notice := Notice.objects.filter(recipient__email__endswith=BEYOND).select_related("recipient").order_by("pk").first():
        note_bounce(notice, address=notice.recipient.email, is_lasting=True, text="5.1.1 smtp; 550 no such user here")
