"""How two coordinators reach one text: clauses, comments, terms, signatories, whose turn it is, and the freeze."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import refuse_unless, refuse_unless_acting_for
from accounts.models import User
from accounts.policy import Role, can, institutions_of
from core.editing import EditConflict, edit
from core.history import changing, name_verbs, record, trail
from core.lifecycle import TransitionRefused, not_allowed
from core.mail import in_each_language
from core.outbox import tell
from core.profile import home
from partnerships.actions.people import names, people_of
from partnerships.choices import AgreementStatus, AmendmentStatus, Reach
from partnerships.clauses import fill
from partnerships.lifecycle import BEFORE_SIGNATURE, WHILE_WRITTEN
from partnerships.models import Agreement, AmendmentChange, Clause, ClauseComment, ClauseKind, ClauseModel, ClauseText, Institution, Partnership, Signatory
from partnerships.papers.pdf import whole
from partnerships.papers.words import values
from partnerships.reading import changed_count, heading_in, numbered, text_in
from partnerships.turns import HAND_OVERS, hand_overs, own_side

LANGUAGES = ("ar", "fr", "en")
TEXTS = tuple(f"text_{language}" for language in LANGUAGES)
HEADINGS = tuple(f"heading_{language}" for language in LANGUAGES)

name_verbs(
    start_text=_("Text begun"),
    edit_clause=_("Clause edited"),
    choose_variant=_("Other wording chosen"),
    add_clause=_("Clause added"),
    leave_out=_("Clause left out"),
    put_back=_("Clause put back"),
    move_clause=_("Clause moved"),
    comment=_("Comment on a clause"),
    settle=_("Comment settled"),
    set_terms=_("Dates and money set"),
    set_signatory=_("Signatory named"),
    hand_over=_("Sent to the other side"),
)


# --- What every change of the text has in common ------------------------------------------------------------------


def writable(agreement: Agreement, by: User | None, action: str = "agreement.edit_text") -> None:
    """Read the agreement's state anew and raise TransitionRefused unless `by` may write its text now. Inside `changing()`."""
    refuse_unless(by, action, agreement)
    agreement.refresh_from_db(fields=["status", "revision", "frozen_at"])
    if agreement.frozen_at is not None:
        raise TransitionRefused("frozen", _("The text was approved for signature and does not change any more. What must change later becomes an amendment."))
    if agreement.status not in WHILE_WRITTEN:
        raise TransitionRefused(
            "not_written_now", _("The text can be changed while it is a draft or in negotiation. Ask the directors or the ministry to return it.")
        )


def may_write(agreement: Agreement, by: User) -> bool:
    """Would `writable` let this person through? For buttons."""
    return can(by, "agreement.edit_text", agreement) and agreement.frozen_at is None and agreement.status in WHILE_WRITTEN


def next_revision(agreement: Agreement) -> int:
    """Count one more version of the text. Inside `changing()`, so that no two changes get the same."""
    Agreement.objects.filter(pk=agreement.pk).update(revision=F("revision") + 1)
    agreement.refresh_from_db(fields=["revision"])
    return agreement.revision


def keep_version(clause: Clause, revision: int, by: User | None) -> ClauseText:
    """The row for the change list: what the clause says from this version on."""
    return ClauseText(clause=clause, revision=revision, by=by, is_included=clause.is_included, **{name: getattr(clause, name) for name in TEXTS})


def heading_of(agreement: Agreement, clause: Clause) -> str:
    """For the history: the heading in the language that prevails."""
    return heading_in(clause, agreement.prevailing_language, None)


def change(clause: Clause, changed: dict[str, Any], *, verb: str, by: User | None, version: int | None) -> Clause:
    """Write the changed fields of one clause: its own version, a version of the whole text, a line in the history.

    Raises EditConflict, with the clause as it is kept now, when it has another version than the one the person started from.
    """
    agreement = clause.agreement
    seen = clause.version if version is None else version
    if not Clause.objects.filter(pk=clause.pk, version=seen).update(version=F("version") + 1, **changed):
        raise EditConflict(Clause.objects.select_related("kind", "agreement").get(pk=clause.pk))
    clause.refresh_from_db(fields=["version", *changed])
    revision = next_revision(agreement)
    keep_version(clause, revision, by).save()
    record(agreement, verb, by=by, before={"revision": revision - 1}, after={"clause": heading_of(agreement, clause), "revision": revision})
    return clause


def tidy(texts: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """Only the fields that may be written, with the line ends of a form made plain."""
    return {name: texts[name].replace("\r\n", "\n").strip() for name in known if name in texts}


# --- Beginning a text ---------------------------------------------------------------------------------------------


def start_text(agreement: Agreement, *, by: User | None) -> Agreement:
    """Fill a new draft with the clauses that its kind and the home country need, in the agreement's languages.

    The first fitting model of each kind is taken. A renewal begins from the clauses of the agreement that it renews, as amended since.
    Raises TransitionRefused when there is a text already, and when no model fits.
    """
    with changing():
        writable(agreement, by)
        if agreement.clauses.exists():
            raise TransitionRefused("has_text", _("This agreement has its text already."))
        clauses = copied(agreement) or from_models(agreement)
        if not clauses:
            raise TransitionRefused("no_model", _("There is no model text for this kind of agreement yet. The ministry adds them."))
        made = Clause.objects.bulk_create(clauses)
        revision = next_revision(agreement)
        ClauseText.objects.bulk_create(keep_version(clause, revision, by) for clause in made)
        record(agreement, "start_text", by=by, after={"clauses": len(made), "revision": revision})
    return agreement


def from_models(agreement: Agreement) -> list[Clause]:
    kinds = ClauseKind.objects.prefetch_related("variants")
    fitting = [(kind, next((model for model in kind.variants.all() if model.fits(agreement.kind, settings.PORTAL_COUNTRY)), None)) for kind in kinds]
    return [
        Clause(agreement=agreement, kind=kind, order=order, variant=model, **{f"text_{language}": text_in(model, language) for language in agreement.languages})
        for order, (kind, model) in enumerate(((kind, model) for kind, model in fitting if model), 1)
    ]


def copied(agreement: Agreement) -> list[Clause]:
    """The clauses of the agreement that this one renews, with the words of its signed amendments; none when it had no text here."""
    if agreement.renews is None or agreement.renews.kind != agreement.kind:
        return []
    signed = AmendmentChange.objects.filter(amendment__agreement=agreement.renews, amendment__status=AmendmentStatus.SIGNED)
    amended = {item.clause_id: item for item in signed.order_by("amendment__number", "pk")}
    return [
        Clause(
            agreement=agreement, kind=old.kind, order=old.order, variant=old.variant, is_included=old.is_included,
            **{name: getattr(old, name) for name in HEADINGS},
            **{f"text_{language}": text_in(amended.get(old.pk, old), language) for language in agreement.languages},
        )
        for old in agreement.renews.clauses.select_related("kind", "variant")
    ]  # fmt: skip


def overlapping(agreement_of: Any, starts_on: date, ends_on: date, *, visible_to: User) -> list[Agreement]:
    """Agreements in force or on the way within these days, between the same institutions, for one of the same specialties.

    `agreement_of` is the partnership of the new agreement. A reason to look twice, not to refuse.
    """
    rows = Agreement.objects.visible_to(visible_to).filter(
        starts_on__lte=ends_on, ends_on__gte=starts_on, kind__in=["convention", "memorandum"],
        status__in=[*BEFORE_SIGNATURE, AgreementStatus.SIGNED, AgreementStatus.SUSPENDED],
    )  # fmt: skip
    specialties = list(agreement_of.specialties.all())
    rows = rows.filter(partnership__specialties__in=specialties) if specialties else rows.filter(partnership=agreement_of)
    for place in (*agreement_of.senders, *agreement_of.hosts):
        rows = rows.filter(partnership__institutions=place)
    return list(rows.select_related("partnership").distinct().order_by("starts_on", "pk")[:5])


# --- Clauses ------------------------------------------------------------------------------------------------------


def edit_clause(clause: Clause, *, by: User | None, texts: Mapping[str, str], version: int | None = None, included: bool | None = None) -> Clause:
    """Write a clause anew: `texts` are fields by name, text_ar … and, for a clause of the parties' own, heading_ar ….

    Nothing is written when nothing differs. Raises EditConflict when somebody saved another version since `version`, TransitionRefused
    outside draft and negotiation.
    """
    with changing():
        writable(clause.agreement, by)
        current = Clause.objects.select_related("kind", "agreement").get(pk=clause.pk)
        if version is not None and current.version != version:
            raise EditConflict(current)
        wanted: dict[str, Any] = tidy(texts, TEXTS if current.kind else TEXTS + HEADINGS)
        if included is not None:
            wanted["is_included"] = included
        changed = {name: value for name, value in wanted.items() if getattr(current, name) != value}
        if not changed:
            return current
        if "is_included" in changed:
            may_leave_out(current, included)
        return change(current, changed, verb="edit_clause", by=by, version=version)


def may_leave_out(clause: Clause, included: bool | None) -> None:
    if clause.is_mandatory and not included:
        raise TransitionRefused("mandatory", _("This clause is mandatory: reword it, but keep it in the text."))


def choose_variant(clause: Clause, variant: ClauseModel, *, by: User | None, version: int | None = None) -> Clause:
    """Replace the wording by another model of the same kind, in the agreement's languages. Refusals as for `edit_clause`."""
    with changing():
        writable(clause.agreement, by)
        if variant.kind_id != clause.kind_id:
            raise TransitionRefused("other_kind", _("This wording belongs to another clause."))
        changed = {f"text_{language}": text_in(variant, language) for language in clause.agreement.languages}
        return change(clause, {**changed, "variant": variant}, verb="choose_variant", by=by, version=version)


def add_clause(agreement: Agreement, *, by: User | None, texts: Mapping[str, str]) -> Clause:
    """A clause of the parties' own, after the others. `texts` holds its headings and its text by field name."""
    with changing():
        writable(agreement, by)
        last = agreement.clauses.aggregate(last=Max("order"))["last"] or 0
        clause = Clause.objects.create(agreement=agreement, order=last + 1, **tidy(texts, TEXTS + HEADINGS))
        revision = next_revision(agreement)
        keep_version(clause, revision, by).save()
        record(agreement, "add_clause", by=by, before={"revision": revision - 1}, after={"clause": heading_of(agreement, clause), "revision": revision})
    return clause


def include(clause: Clause, included: bool, *, by: User | None) -> Clause:
    """Leave a clause out of the text, or put it back; its words are kept. Refused for a mandatory one."""
    with changing():
        writable(clause.agreement, by)
        clause.refresh_from_db(fields=["is_included", "version"])
        may_leave_out(clause, included)
        if clause.is_included == included:
            return clause
        return change(clause, {"is_included": included}, verb="put_back" if included else "leave_out", by=by, version=None)


def move_clause(clause: Clause, *, by: User | None, up: bool) -> bool:
    """Change places with the clause before it, or after it; False at the end of the row. The articles are numbered anew."""
    agreement = clause.agreement
    with changing():
        writable(agreement, by)
        row = list(agreement.clauses.values_list("pk", flat=True))
        place = row.index(clause.pk)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(row):
            return False
        row[place], row[other] = row[other], row[place]
        for order, pk in enumerate(row, 1):
            Clause.objects.filter(pk=pk).exclude(order=order).update(order=order)
        revision = next_revision(agreement)
        record(
            agreement,
            "move_clause",
            by=by,
            before={"place": place + 1},
            after={"clause": heading_of(agreement, clause), "place": other + 1, "revision": revision},
        )
    return True


# --- Comments -----------------------------------------------------------------------------------------------------


def add_comment(clause: Clause, *, by: User, text: str) -> ClauseComment:
    """Say something about a clause, until the text is approved. The other side reads it at its turn; nobody is told at once."""
    agreement = clause.agreement
    with changing():
        commentable(agreement, by)
        made = ClauseComment.objects.create(agreement=agreement, clause=clause, by=by, text=text)
        record(agreement, "comment", by=by, after={"clause": heading_of(agreement, clause), "comment": made.pk})
    return made


def settle_comment(comment: ClauseComment, *, by: User) -> ClauseComment:
    """Mark a comment as answered; a second time changes nothing."""
    with changing():
        commentable(comment.agreement, by)
        if ClauseComment.objects.filter(pk=comment.pk, settled_at=None).update(settled_at=timezone.now(), settled_by=by):
            record(comment.agreement, "settle", by=by, after={"clause": heading_of(comment.agreement, comment.clause), "comment": comment.pk})
        comment.refresh_from_db()
    return comment


def may_comment(agreement: Agreement, by: User) -> bool:
    return can(by, "agreement.comment", agreement) and agreement.frozen_at is None and agreement.status in BEFORE_SIGNATURE


def commentable(agreement: Agreement, by: User) -> None:
    """Read the agreement's state anew and raise TransitionRefused unless `by` may speak about its clauses now."""
    refuse_unless(by, "agreement.comment", agreement)
    agreement.refresh_from_db(fields=["status", "frozen_at"])
    if not may_comment(agreement, by):
        raise TransitionRefused("frozen", _("The text was approved for signature and does not change any more. What must change later becomes an amendment."))


# --- Terms and signatories ----------------------------------------------------------------------------------------


def set_terms(agreement: Agreement, terms: dict[str, Any], *, by: User | None, version: int | None = None) -> dict[str, Any]:
    """Set dates, renewal, notice, subject, languages, cost sharing, place and copies; what changed.

    A language that is new gets the model's words where the clause is still worded as the model. Raises TransitionRefused when the end
    comes before the start, for no language or more than two, and for a prevailing language that is none of them; EditConflict when
    somebody saved another version.
    """
    with changing():
        writable(agreement, by)
        starts_on, ends_on = terms.get("starts_on", agreement.starts_on), terms.get("ends_on", agreement.ends_on)
        languages = terms.get("languages", agreement.languages)
        if ends_on < starts_on:
            raise TransitionRefused("end_before_start", _("The end comes before the start."))
        check_languages(languages, terms.get("prevailing_language", agreement.prevailing_language))
        before = set(agreement.languages)
        changed = edit(agreement, terms, by=by, version=version, verb="set_terms")
        if new := [language for language in languages if language not in before]:
            take_words_of_models(agreement, new, by=by)
    return changed


def usual_languages(partnership: Partnership) -> list[str]:
    """Arabic, and English across borders; within the country its second language."""
    return ["ar", "en" if partnership.reach == Reach.INTERNATIONAL else home().second_language]


def check_languages(languages: list[str], prevailing: str) -> None:
    """One language or two of those that the portal knows, one of which prevails."""
    if not 1 <= len(set(languages)) == len(languages) <= 2 or not set(languages) <= set(LANGUAGES):
        raise TransitionRefused("languages", _("Choose one language or two."))
    if prevailing not in languages:
        raise TransitionRefused("prevailing_language", _("The language that prevails is one of the languages of the text."))


def take_words_of_models(agreement: Agreement, languages: list[str], *, by: User | None) -> None:
    """In languages that were just chosen: the model's words for each clause that still says what its model says."""
    changed = []
    for clause in agreement.clauses.select_related("variant", "kind"):
        model, others = clause.variant, [language for language in agreement.languages if language not in languages]
        if model is None or any(text_in(clause, language) != text_in(model, language) for language in others):
            continue
        texts = {f"text_{language}": text_in(model, language) for language in languages if not text_in(clause, language)}
        if texts:
            Clause.objects.filter(pk=clause.pk).update(version=F("version") + 1, **texts)
            for name, text in texts.items():
                setattr(clause, name, text)
            changed.append(clause)
    if changed:
        revision = next_revision(agreement)
        ClauseText.objects.bulk_create(keep_version(clause, revision, by) for clause in changed)


def set_signatory(agreement: Agreement, institution: Institution, *, by: User | None, name: str, capacity: str, authority: str = "") -> Signatory:
    """Who signs for a party, in what capacity and by what authority. A coordinator names that of the own institution, the ministry any."""
    if institution.pk not in agreement.party_ids:
        raise TransitionRefused("not_a_party", _("This institution is no party of the agreement."))
    refuse_unless_acting_for(by, "agreement.edit_text", institution.pk)
    with changing():
        writable(agreement, by)
        wanted = {"name": name, "capacity": capacity, "authority": authority}
        person = Signatory.objects.filter(agreement=agreement, institution=institution).first()
        before = {field: getattr(person, field) for field in wanted} if person else {}
        if person is not None and before == wanted:
            return person
        person, _is_new = Signatory.objects.update_or_create(agreement=agreement, institution=institution, defaults=wanted)
        record(agreement, "set_signatory", by=by, before=before, after={"institution": institution.pk, **wanted})
    return person


# --- Turns --------------------------------------------------------------------------------------------------------


def hand_over(agreement: Agreement, *, by: User) -> int:
    """Give the text to the other side and tell it how many clauses changed since it last had it; how many people were told.

    Twice in a row, with nothing changed in between, tells nobody. Raises TransitionRefused outside negotiation.
    """
    mine = own_side(agreement.partnership, institutions_of(by) & agreement.party_ids)
    if not mine or not can(by, "agreement.negotiate", agreement):
        raise not_allowed()
    with changing():
        agreement.refresh_from_db(fields=["status", "revision"])
        if agreement.status != AgreementStatus.NEGOTIATION:
            raise TransitionRefused("wrong_status", _("Nothing is being negotiated now: look at the agreement again."))
        given = hand_overs(agreement)
        newest = trail(agreement).first()
        if given and given[0].institutions == mine and newest is not None and newest.verb in HAND_OVERS:
            return 0
        line = record(agreement, "hand_over", by=by, after={"revision": agreement.revision})
        others = [item for item in given if not item.institutions & mine]
        return tell_other_side(agreement, mine, since=others[0].revision if others else given[0].revision if given else 0, rung=f"h{line.pk}")


def tell_other_side(agreement: Agreement, mine: Iterable[int], *, since: int, rung: str) -> int:
    """A notice to the coordinators of every other party: the text is theirs to read, so many clauses changed since version `since`."""
    people = [person for person in people_of(agreement.partnership, Role.COORDINATOR) if not institutions_of(person) & set(mine)]
    newest = ClauseText.objects.filter(clause__agreement=agreement).aggregate(last=Max("revision"))["last"] or 0
    count = changed_count(agreement, since, newest)
    words = {**names(agreement.partnership), **in_each_language("agreement", lambda: agreement.title), "clauses": count, "is_first": since == 0}
    address = f"{agreement.get_absolute_url()}changes/" if newest else agreement.get_absolute_url()
    return tell(people, "agreement_turn", agreement, address, words, rung=rung)


def tell_first_turn(agreement: Agreement, by: User | None) -> None:
    """The draft leaves its author: the other side is told that there is a text to read."""
    mine = own_side(agreement.partnership, institutions_of(by) & agreement.party_ids) if by is not None else frozenset()
    tell_other_side(agreement, mine, since=0, rung=f"v{agreement.version}")


# --- The freeze ---------------------------------------------------------------------------------------------------


def freeze(agreement: Agreement) -> dict[str, Any]:
    """Keep the words of the placeholders as they are now; the other fields that the step sets with its own line in the history.

    Called inside the transaction of that step. Nothing happens to an agreement whose text is on paper only.
    """
    loaded = whole(Agreement.objects.all()).get(pk=agreement.pk)
    if not loaded.clauses.all():
        return {}
    loaded.frozen_words = {language: values(loaded, language) for language in LANGUAGES}
    Agreement.objects.filter(pk=agreement.pk).update(frozen_words=loaded.frozen_words)
    return {"frozen_at": timezone.now(), "fingerprint": fingerprint(loaded)}


def fingerprint(agreement: Agreement) -> str:
    """SHA-256, in hex, of the included clauses in the agreement's languages with their words filled in. `agreement` comes from `whole`."""
    return hashlib.sha256(canonical(agreement).encode()).hexdigest()


def canonical(agreement: Agreement) -> str:
    """The text as one line of JSON that depends on nothing but the text: sorted keys, no spaces; the day of signature stays open."""
    given = {language: {**values(agreement, language), "signature_date": ""} for language in agreement.languages}
    articles = [
        {
            "number": number,
            "heading": {language: heading_in(clause, language, None) for language in agreement.languages},
            "text": {language: fill(text_in(clause, language), given[language]) for language in agreement.languages},
        }
        for clause, number in numbered(list(agreement.clauses.all()))
        if number
    ]
    said = {"languages": agreement.languages, "prevailing_language": agreement.prevailing_language, "articles": articles}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
