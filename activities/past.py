"""What institutions have done so far, for the matching of needs and offers."""

from django.db.models import Count

from activities.models import ActivityParty
from partnerships.choices import GIVING, Side
from partnerships.register_facts import Counts


def validated_counts(senders: set[int]) -> Counts:
    """Validated activities of these senders: by (sender, host), and by (sender, specialty). Two queries."""
    parts = ActivityParty.objects.filter(institution__in=senders, side__in=GIVING, activity__status="validated").order_by()
    with_hosts = parts.filter(activity__parties__side=Side.HOST).values_list("institution", "activity__parties__institution")
    of_specialty = parts.exclude(activity__specialties=None).values_list("institution", "activity__specialties")
    return (
        {(sender, host): count for sender, host, count in with_hosts.annotate(count=Count("activity", distinct=True))},
        {(sender, specialty): count for sender, specialty, count in of_specialty.annotate(count=Count("activity", distinct=True))},
    )
