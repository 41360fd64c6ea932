"""Loading the legal texts, guides and templates that ship with the portal. Adds what is missing; edits stay."""

from pathlib import Path

from core.tables import table
from library.models import Guide, LegalLink, LegalText, parse_partial

DATA = Path(__file__).parent / "data"


def load() -> dict[str, int]:
    """Legal texts, links between them, guides: how many of each were new."""
    return {"legal texts": load_texts(), "links between texts": load_links(), "guides": load_guides()}


def load_texts() -> int:
    """A text is known by its country, kind, number and date; one without a number also by its English title."""
    known = {key(text.country, text.kind, text.number, text.title_en) for text in LegalText.objects.all()}
    new = 0
    for row in table(DATA / "legal_texts.csv"):
        if key(row["country"], row["kind"], row["number"], row["title_en"]) in known:
            continue
        dated_on, precision = parse_partial(row["date"])
        LegalText.objects.create(
            country=row["country"], kind=row["kind"], number=row["number"], dated_on=dated_on, precision=precision,
            title_ar=row["title_ar"], title_fr=row["title_fr"], title_en=row["title_en"], subject=row["subject"], journal=row["journal"],
            status=row["status"], is_to_check=row["to_check"] == "yes", certainty=row["certainty"], note=row["note"], source=row["source"][:700],
        )  # fmt: skip
        new += 1
    return new


def key(country: str, kind: str, number: str, title: str) -> tuple[str, ...]:
    return (country, kind, number or title)


def load_links() -> int:
    texts = {(text.country, text.number): text for text in LegalText.objects.exclude(number="")}
    rows = [
        LegalLink(source=texts[row["country"], row["number"]], kind=row["does"], target=texts[row["country"], row["to_number"]])
        for row in table(DATA / "legal_links.csv")
        if (row["country"], row["number"]) in texts and (row["country"], row["to_number"]) in texts
    ]
    there = set(LegalLink.objects.values_list("source", "kind", "target"))
    new = [row for row in rows if (row.source_id, row.kind, row.target_id) not in there]
    LegalLink.objects.bulk_create(new)
    return len(new)


def load_guides() -> int:
    """Guides from Markdown files `<order>-<slug>.<language>.md`, whose first line is the title."""
    folder = DATA / "guides"
    known = set(Guide.objects.values_list("slug", flat=True))
    new = 0
    for row in table(folder / "index.csv"):
        if row["slug"] in known:
            continue
        words = {}
        for language in ("ar", "fr", "en"):
            title, _newline, body = (folder / f"{int(row['order']):02}-{row['slug']}.{language}.md").read_text(encoding="utf-8").partition("\n")
            words |= {f"title_{language}": title.removeprefix("# ").strip(), f"body_{language}": body.strip()}
        Guide.objects.create(slug=row["slug"], order=int(row["order"]), step=row["step"], kind=row["kind"], **words)
        new += 1
    return new
