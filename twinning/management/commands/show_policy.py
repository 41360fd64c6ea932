from django.core.management.base import BaseCommand
from django.utils.translation import override

from accounts.policy import GRANTS, TECHNICIAN, Role, Scope

INTRODUCTION = """\
# Who may do what

Generated from `accounts/policy.py` by `manage.py show_policy`; edit that file, not this page. An empty cell means no. What
state an object must be in is not said here: that is the business of the guards in [lifecycles.md](lifecycles.md).
"""


class Command(BaseCommand):
    help = "Print the policy as a Markdown page: one row per action, one column per role. docs/policy.md is this output."

    def handle(self, *args, **options):
        with override("en"):
            self.stdout.write("\n".join(page()))


def page() -> list[str]:
    roles = [*Role.values, TECHNICIAN]
    return [
        INTRODUCTION,
        "| scope | reaches |",
        "| --- | --- |",
        *(f"| {scope.value} | {scope.label} |" for scope in Scope),
        "",
        "| role | who |",
        "| --- | --- |",
        *(f"| {role.value} | {role.label} |" for role in Role),
        f"| {TECHNICIAN} | technical administrator: no membership, a superuser |",
        "",
        f"| action | {' | '.join(roles)} |",
        f"| --- {'| --- ' * len(roles)}|",
        *(row(action, roles) for action in GRANTS),
    ]


def row(action: str, roles: list[str]) -> str:
    cells = [f"`{action}`", *(str(Scope(GRANTS[action][role])) if role in GRANTS[action] else "" for role in roles)]
    return "| " + " | ".join(cells) + " |"
