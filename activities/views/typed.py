"""What was typed into a form with lines, carried on: nothing is lost between two pages."""

from django.http import HttpRequest, QueryDict

from activities.forms import MOST_LINES
from core.formats import whole_number


def posted(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to be carried through the page that asks to look once more."""
    left = {"csrfmiddlewaretoken", "stage", "not_the_same"}
    return [(name, value) for name, values in request.POST.lists() for value in values if name not in left]


def with_lines(data: QueryDict, stage: str, count: int, names: list[str]) -> QueryDict:
    """What was typed with one line more or one less; the new line is at the site of the one before it."""
    data = data.copy()
    if stage == "add_line":
        count = min(count + 1, MOST_LINES)
        if count > 1 and f"line-{count - 1}-site" not in data and "site" in names:
            data[f"line-{count - 1}-site"] = data.get(f"line-{count - 2}-site", "")
    else:
        dropped = stage.removeprefix("drop_line_")
        place = count if (typed := whole_number(dropped)) is None else typed
        for number in range(place, count):
            for name in names:
                data[f"line-{number}-{name}"] = data.get(f"line-{number + 1}-{name}", "")
        count = max(1, count - 1)
    data["lines"] = str(count)
    return data
