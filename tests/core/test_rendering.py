"""Menus are those of Django, to the letter."""

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from core.rendering import Renderer

CHOICES = [("", "—"), ("a&b", "<i>x</i>"), (7, mark_safe("<b>y</b>")), ('group "q"', [(True, "yes"), ("n", "no")])]  # noqa: S308


def plain(html: str) -> str:
    return "".join(part.strip() for part in html.split("\n"))


def test_menu_is_that_of_django_to_the_letter():
    for field in (
        forms.ChoiceField(choices=CHOICES),
        forms.ChoiceField(choices=CHOICES, widget=forms.Select(attrs={"class": 'a"b', "disabled": True, "hidden": False})),
    ):
        for value in ("", "a&b", 7, "n"):
            quick, django = (field.widget.render("na<me", value, renderer=renderer()) for renderer in (Renderer, DjangoTemplates))
            assert plain(quick) == plain(django)
