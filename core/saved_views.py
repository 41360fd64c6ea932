"""The filters of a list under a name: saved, opened, renamed, pinned to the home page, deleted. Each person has their own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import LineField, PortalForm
from core.models import SavedView

MOST = 60  # of one person
PASSING = ("page", "export", "lang", "all")  # parameters of an address that are no part of a view


def views_of(owner: Any, page: str) -> Any:
    """The saved views of one person for one page. One query, when they are shown."""
    return SavedView.objects.filter(owner=owner, page=page).order_by("name", "pk")


def pinned_views(owner: Any) -> Any:
    """What somebody has pinned to the home page. One query, when it is shown."""
    return SavedView.objects.filter(owner=owner, is_pinned=True).order_by("name", "pk")


def keep_view(owner: Any, *, page: str, name: str, query: str, is_pinned: bool = False) -> SavedView:
    """Save filters under a name; the same name on the same page means the newer filters. Raises ValidationError when there are too many."""
    there = SavedView.objects.filter(owner=owner, page=page, name=name)
    if not there.exists() and SavedView.objects.filter(owner=owner).count() >= MOST:
        raise ValidationError(_("At most %(count)s views can be saved: delete one that is no longer used.") % {"count": MOST})
    return SavedView.objects.update_or_create(owner=owner, page=page, name=name, defaults={"query": query, "is_pinned": is_pinned})[0]


class SavedViewForm(PortalForm):
    """A name for the filters of a page of this portal."""

    name = LineField(label=gettext_lazy("Name of the view"), max_length=60)
    is_pinned = forms.BooleanField(label=gettext_lazy("Show it on the home page"), required=False)
    page = forms.CharField(widget=forms.HiddenInput, max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, max_length=2000, required=False)

    def clean_page(self) -> str:
        page = self.cleaned_data["page"]
        try:
            resolve(page)
        except Resolver404 as error:
            raise ValidationError(_("This is no page of the portal.")) from error
        return page

    def clean_query(self) -> str:
        asked = QueryDict(self.cleaned_data["query"], mutable=True)
        for name in [name for name, values in asked.lists() if name in PASSING or not any(values)]:
            del asked[name]
        query = asked.urlencode()
        if len(query) > 500:
            raise ValidationError(_("These filters are too long to be saved."))
        return query


class RenameForm(PortalForm):
    name = LineField(label=gettext_lazy("Name of the view"), max_length=60)
    is_pinned = forms.BooleanField(label=gettext_lazy("Show it on the home page"), required=False)

    def __init__(self, *args, view: SavedView, **kwargs):
        self.view = view
        super().__init__(*args, initial={"name": view.name, "is_pinned": view.is_pinned}, **kwargs)

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if SavedView.objects.filter(owner=self.view.owner_id, page=self.view.page, name=name).exclude(pk=self.view.pk).exists():
            raise ValidationError(_("You already have a view of this name."))
        return name


def saved_views(request: HttpRequest) -> HttpResponse:
    """The person's own views; a POST saves one more and goes back to its list."""
    if request.method != "POST":
        return render(request, "components/saved_view_list.html", {"views": SavedView.objects.filter(owner=request.user).order_by("page", "name")})
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        return render(request, "components/saved_view.html", {"form": form, "address": "/views/"}, status=400)
    try:
        view = keep_view(request.user, **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return render(request, "components/saved_view.html", {"form": form, "address": "/views/"}, status=400)
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return redirect(view)


def saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, pin or delete one's own view; those of others do not exist."""
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    if request.method == "POST" and "delete" in request.POST:
        view.delete()
        messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
        return redirect("saved-views")
    form = RenameForm(request.POST if request.method == "POST" else None, view=view)
    if request.method == "POST" and form.is_valid():
        view.name, view.is_pinned = form.cleaned_data["name"], form.cleaned_data["is_pinned"]
        view.save(update_fields=["name", "is_pinned"])
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return redirect("saved-views")
    return render(request, "components/saved_view.html", {"form": form, "view": view, "address": request.path}, status=400 if form.is_bound else 200)
