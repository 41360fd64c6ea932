"""Every e-mail in every language: whole, small, one action, right to left where it must be, and neutral to what people type."""

import email
import fnmatch
import re
from datetime import date
from email import policy
from itertools import takewhile
from pathlib import Path

import pytest
from django.template import engines
from django.utils import timezone, translation
from django.utils.translation import trans_real

from core.mail import compose, shortened, subject_of
from core.models import Notice
from core.outbox import tell
from core.topics import EVENT_TOPICS, TOPICS, named
from tests.cast import Cast, person
from tests.test_permissions import build

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "emails"
pytestmark = pytest.mark.once  # what is rendered does not depend on the database
EVENTS = sorted(path.name.removesuffix(".subject.txt") for path in TEMPLATES.glob("*.subject.txt"))
MISSING = "⟦missing⟧"
HOSTILE = "<script>alert(1)</script> {{7*7}}{{ 7919|add:1 }} \u202egnp.\u202c\u200b ‎=cmd http://evil.example"


@pytest.fixture
def strict(monkeypatch):
    """A variable that a template asks for and nobody gave stands out."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", MISSING)


def asked_for(event: str) -> set[str]:
    """The words that the templates of an event take from outside."""
    source = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob(f"{event}.*.txt"))
    taken = (
        set(re.findall(r"=([a-z_][a-z_0-9]*)[|\s%]", source))
        | set(re.findall(r"\{\{ ?([a-z_][a-z_0-9]*)", source))
        | set(re.findall(r"% if ([a-z_]+)", source))
    )
    given = set(re.findall(r"(?:with|count| )\s?([a-z_]+)=", source))
    return {name for name in taken if name not in given or re.search(rf"={name}[|\s%]", source)} - {"trimmed"}


def words_for(event: str, text: str) -> dict:
    """Something for each of them: a number or a day where the template writes one, else `text` in all languages."""
    source = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob(f"{event}.*.txt"))
    words: dict = {}
    for name in asked_for(event):
        filters = set(re.findall(rf"\b{name}\|([a-z_]+)", source))
        if filters & {"number", "digits"} or f"counter={name}" in source:
            words[name] = 3
        elif name.endswith("_on"):
            words[name] = date(2026, 12, 3).isoformat()
        else:
            words |= {f"{name}_{code}": text for code in ("ar", "fr", "en")}
    return words


def message_of(reader, event: str, text: str):
    words = {"count": 2} if event == "digest" else words_for(event, text)
    notice = Notice(rule="event", object_type="accounts.user", object_id=1, due_on=date(2026, 12, 3), rung=event, recipient=reader, event=event, words=words, path="/", created_at=timezone.now())  # fmt: skip
    notice.pk = 1
    return compose(notice, None)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_every_event_makes_a_whole_neutral_message(language, strict):
    reader = person("reader")
    reader.language = language
    wrong = []
    for event in EVENTS:
        message = message_of(reader, event, HOSTILE)
        html, raw = message.alternatives[0][0], message.message().as_bytes()
        parsed = email.message_from_bytes(raw, policy=policy.default)
        button = html.count(f"/n/{message.extra_headers['Message-ID'][1:37]}/")
        problems = {
            "a variable is missing": MISSING in message.subject + message.body + html,
            "the subject is too long or broken": len(message.subject) > 69 or "\n" in message.subject or parsed["Subject"].strip() != message.subject,
            "the subject is not folded": any(len(line) > 78 for line in subject_lines(raw)),
            "markup of a person is alive": "<script>" in html or "alert(1)<" in html.replace("&lt;", "") or 'href="http://evil' in html,
            "a template of a person ran": "7920" in re.sub(r"http\S+", "", message.body),
            "something unseen is left": any(char in message.subject + message.body + html for char in "\u202e\u202c\u200b"),
            "not one action": button != 1 or html.count("mso-padding-alt:14px") != 1,
            "the direction is wrong": f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' not in html,
            "too large": len(html.encode()) > 30_000,
            "no link in the plain twin": "/n/" not in message.body or "/notifications/" not in message.body,
            "not for Outlook": "display:flex" in html or "display:grid" in html or "v:roundrect" in html,
        }
        wrong += [(event, problem) for problem, is_so in problems.items() if is_so]

    assert wrong == []
    assert len(EVENTS) > 60


def subject_lines(raw: bytes) -> list[bytes]:
    """The lines of the subject as they go over the wire."""
    head = raw.replace(b"\r\n", b"\n").split(b"\n\n")[0].splitlines()
    first = next(place for place, line in enumerate(head) if line.startswith(b"Subject:"))
    return [head[first], *takewhile(lambda line: line.startswith(b" "), head[first + 1 :])]


def msgids(event: str) -> set[str]:
    """What the templates of an event ask the catalogue for."""
    source = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob(f"{event}.*.txt"))
    found = set(re.findall(r'{% translate "([^"]+)" %}', source))
    for block in re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", source, flags=re.S):
        found.add(re.sub(r"{{ (\w+) }}", r"%(\1)s", block.split("{% plural %}")[0].strip()))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_what_is_translated_leaves_no_english_behind(language):
    """What is not in the catalogue at all is the catalogue's own test."""
    reader = person("reader")
    catalogue = trans_real.translation(language)._catalog
    translated = [event for event in EVENTS if all(msgid in catalogue or (msgid, 0) in catalogue or (msgid, 1) in catalogue for msgid in msgids(event))]
    mixed = []
    for event in translated:
        said = {}
        for code in (language, "en"):
            reader.language = code
            message = message_of(reader, event, "سسس")
            said[code] = [message.subject, *message.body.split("-- ")[0].split("\n")]
        english = {line for line in said["en"] if len(re.findall(r"[A-Za-z]{3,}", line)) > 2 and "http" not in line}
        mixed += [(event, line) for line in said[language] if line in english]

    assert mixed == []
    assert len(translated) > 30


@pytest.mark.django_db
def test_actions_give_every_word_that_their_messages_need(cast: Cast, rules, strict):
    build(cast)
    told = {notice.event: notice for notice in Notice.objects.select_related("recipient")}

    poor = {}
    for event, notice in told.items():
        message = compose(notice, None)
        if MISSING in message.subject + message.body + message.alternatives[0][0]:
            poor[event] = message.body

    assert poor == {}
    assert len(told) > 15


@pytest.mark.once
def test_every_event_was_put_under_a_topic_and_every_topic_names_events_that_exist():
    assert [event for event in EVENTS if not named(event)] == []
    assert [pattern for pattern in EVENT_TOPICS if not fnmatch.filter(EVENTS, pattern)] == []
    assert all(topic.why for topic in TOPICS.values() if topic.is_fixed)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("كلمة", "كلمة"),
        ("كلمة " * 30, "…"),
        ("ك" * 200, "…"),
        (f"\u2066{'ك ' * 80}\u2069", "…"),
    ],
)
def test_long_subject_is_cut_at_a_word_with_its_isolates_closed(line, expected):
    cut = shortened(line)

    assert len(cut) <= 69
    assert expected in cut
    assert sum(char in "\u2066\u2067\u2068" for char in cut) == cut.count("\u2069")


@pytest.mark.django_db
def test_title_in_the_inbox_is_never_cut(db):
    reader = person("reader")
    tell([reader], "interest_submitted", reader, "/", {"institution_ar": "مستشفى " * 40, "wish_ar": "استفادة"})

    with translation.override("ar"):
        assert len(subject_of(Notice.objects.get())) > 200
