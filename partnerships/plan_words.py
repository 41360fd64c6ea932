"""Why a need or an institution is left out of a plan, as sentences in the active language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.formats import joined, number
from partnerships.matching import say_exclusion

CODES: dict[str, str | Promise] = {
    "no_offer_in_specialty": _("no offer in the specialty"),
    "excluded": _("kept apart by a rule"),
    "capacity_used_up": _("places used up"),
    "load_limit": _("load limit reached"),
    "better_elsewhere": _("covers more elsewhere"),
    "no_need_in_specialty": _("no need in its specialties"),
}
HOSTS_NAMED, SENDERS_NAMED = 3, 2

Names = Mapping[int, str]


def say_left_out(code: str, facts: dict[str, Any], names: Names) -> str:
    """Why a need is not served; `names` are those of the institutions, by key."""
    joint = pgettext("between two sentences", ". ")
    if code == "no_offer_in_specialty":
        return gettext("No other institution offers this help.")
    if code == "excluded":
        return joint.join(say_rule(rule, count) for rule, count in facts["rules"].items())
    if code == "capacity_used_up":
        text = gettext("Every place of %(sender)s is taken by %(hosts)s")
        told = [text % {"sender": names.get(one["sender"], "—"), "hosts": first_few(one["hosts"], names)} for one in facts["offers"]]
        return joint.join(shortened(told))
    if code == "load_limit":
        told = [
            ngettext("%(sender)s may support %(limit)s institution and supports %(hosts)s", "%(sender)s may support %(limit)s institutions and supports %(hosts)s", one["limit"])
            % {"sender": names.get(one["sender"], "—"), "limit": number(one["limit"]), "hosts": first_few(one["hosts"], names)}
            for one in facts["senders"]
        ]  # fmt: skip
        return joint.join(shortened(told))
    text = gettext("The places of %(sender)s go to %(hosts)s. Here they would cover %(covered)s, and the plan would lose %(loss)s.")
    hosts = [one["host"] for one in facts["needs"]]
    amounts = {"covered": number(facts["covered"], 1), "loss": number(facts["loss"], 1)}
    return text % {"sender": names.get(facts["sender"], "—"), "hosts": first_few(hosts, names), **amounts}


def say_sender_left_out(code: str, facts: dict[str, Any]) -> str:
    """Why a sender that offers help got nobody."""
    if code == "no_need_in_specialty":
        return gettext("No other institution needs what it offers.")
    if code == "excluded":
        return pgettext("between two sentences", ". ").join(say_rule(rule, count) for rule, count in facts["rules"].items())
    return ngettext(
        "It could answer %(count)s need; another institution covers more, or the institution in need is served.",
        "It could answer %(count)s needs; other institutions cover more, or the institutions in need are served.",
        facts["needs"],
    ) % {"count": number(facts["needs"])}


def say_rule(rule: str, count: int) -> str:
    return ngettext("%(count)s offer: %(rule)s", "%(count)s offers: %(rule)s", count) % {"count": number(count), "rule": say_exclusion(rule).rstrip(".")}


def shortened(sentences: list[str]) -> list[str]:
    """The first sentences, one for each supporting institution, then for how many more the same holds."""
    more = len(sentences) - SENDERS_NAMED
    if more <= 0:
        return sentences
    rest = ngettext("The same holds for %(count)s more", "The same holds for %(count)s more", more) % {"count": number(more)}
    return [*sentences[:SENDERS_NAMED], rest]


def first_few(keys: Iterable[int], names: Names) -> str:
    """The names of up to HOSTS_NAMED institutions, then how many more."""
    found = [names.get(key, "—") for key in dict.fromkeys(keys)]
    text = joined(found[:HOSTS_NAMED])
    more = len(found) - HOSTS_NAMED
    return text + (" " + ngettext("and %(count)s more", "and %(count)s more", more) % {"count": number(more)} if more > 0 else "")


def institutions_in(facts: dict[str, Any]) -> set[int]:
    """The keys of the institutions that the facts of a need left out name."""
    found = {facts["sender"]} if "sender" in facts else set()
    for one in (*facts.get("offers", ()), *facts.get("senders", ())):
        found |= {one["sender"], *one["hosts"]}
    return found | {one["host"] for one in facts.get("needs", ()) if isinstance(one, dict)} if isinstance(facts.get("needs"), list) else found
