"""Views of lists that the people of the demonstration have saved."""

from accounts.models import User
from core.saved_views import keep_view

VIEWS = (  # login, page, name, filters, pinned to the home page
    ("ministry", "/activities/", "التقارير المتأخرة", "status=report_overdue", True),
    ("ministry", "/activities/", "أرقام تنتظر المصادقة", "status=counter_confirmed", True),
    ("head", "/partnerships/", "الشراكات الجارية", "status=active", True),
    ("coordinator.south", "/activities/", "أيام جراحية مصادق عليها", "kind=surgical&status=validated", False),
)


def seed_views(people: dict[str, User]) -> None:
    for login, page, name, query, is_pinned in VIEWS:
        keep_view(people[login], page=page, name=name, query=query, is_pinned=is_pinned)
