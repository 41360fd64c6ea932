"""Every page that people reach by links, found by following them: each shape of page once, for the first login that sees it."""

import re
from collections import deque
from urllib.parse import parse_qsl, urljoin, urlsplit

LOGINS = (
    "coordinator.south", "coordinator.north", "ministry", "head", "director.south", "coordinator.other", "region.south",
    "evaluator", "finance", "observer", "admin",
)  # fmt: skip
OUTSIDE = ("/admin/", "/api/", "/documents/", "/n/", "/static/")
FILES = re.compile(r"\.(pdf|docx|xlsx|csv|zip|ics)$")
TOLD_APART = {"mode", "kind", "like", "layer", "view"}  # parameters that make another page
NARROW = {  # the same page with other rows
    "page", "region", "specialty", "status", "period", "since", "until", "month", "late", "when", "whose", "waiting", "ending", "all", "language",
    "before", "line",
}  # fmt: skip
MORE = (
    "/search/?q=%D8%AA%D9%85%D9%86%D8%B1%D8%A7%D8%B3%D8%AA",
    "/search/?q=zzzz",
    "/activities/?q=zzzz",
    "/activities/?status=validated",
    "/reports/?since=x&until=y",
)
ABSENT = "/no-such-page/"
DEEPEST = 3
STATES = (
    ("activities", "activities_activity"), ("agreements", "partnerships_agreement"), ("evaluations", "evaluation_evaluation"),
    ("partnerships", "partnerships_partnership"),
)  # fmt: skip


def shape(address: str) -> str:
    """What kind of page this is: its path without numbers, and the parameters that count."""
    parts = urlsplit(address)
    asked = sorted(f"{key}={value}" if key in TOLD_APART else key for key, value in parse_qsl(parts.query) if key not in NARROW)
    path = re.sub(r"^/reports/\w+/", "/reports/*/", re.sub(r"\d+", "0", parts.path))
    return f"{path}?{'&'.join(asked)}"


def followed(visitor, known: set[str]) -> list[str]:
    """The pages that one person reaches from home in a few steps, one of each shape; of the last step only shapes that are not `known`."""
    queue, shapes, found = deque([("/", 0)]), {shape("/")}, []
    while queue:
        address, depth = queue.popleft()
        if depth == DEEPEST and shape(address) in known:
            continue
        links = visitor.links(address)
        if links is None:
            continue
        found.append(address)
        for link in links if depth < DEEPEST else ():
            target = urlsplit(urljoin(f"{visitor.portal.base}{address}", link))
            inside = target.path + (f"?{target.query}" if target.query else "")
            if (
                f"{target.scheme}://{target.netloc}" != visitor.portal.base
                or "export=" in inside
                or "lang=" in inside
                or inside.startswith(OUTSIDE)
                or FILES.search(target.path)
            ):
                continue
            if shape(inside) not in shapes:
                shapes.add(shape(inside))
                queue.append((inside, depth + 1))
    return found


def pages(visit) -> list[tuple[str, str]]:
    """(login, address) of every page: home for each login, anything else once, and the details once in each status."""
    found: dict[str, tuple[str, str]] = {}
    for login in LOGINS:
        visitor = visit(login)
        for address in followed(visitor, set(found)):
            found.setdefault(login if address == "/" else shape(address), (login, address))
        visitor.context.close()
    for name, table in STATES:
        rows = visitor.portal.rows(f"SELECT min(id) FROM {table} GROUP BY status")
        found.update({f"{name} {number}": ("ministry", f"/{name}/{number}/") for (number,) in rows})
    return [*found.values(), *(("ministry", address) for address in MORE), ("ministry", ABSENT), ("", "/login/"), ("", ABSENT)]
