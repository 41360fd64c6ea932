from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from accounts.access import require
from library.choices import Step
from library.models import Guide

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")  # HTML in a guide is shown as text; javascript: links are refused


def rendered(text: str) -> SafeString:
    """A guide as HTML without HTML of its own; a wide table scrolls in a region that the keyboard reaches."""
    opening = format_html('<div class="table-wrap" tabindex="0" role="group" aria-label="{}"><table>', _("Table"))
    html = MARKDOWN.render(text).replace("<table>", opening).replace("</table>", "</table></div>")
    return mark_safe(html)  # noqa: S308 – Markdown is rendered without HTML of its own


def guide_list(request: HttpRequest) -> HttpResponse:
    """Guides and templates by the six steps."""
    require(request.user, "library.view")
    guides = list(Guide.objects.defer("body_ar", "body_fr", "body_en"))
    steps = [{"step": step, "guides": [guide for guide in guides if guide.step == step]} for step in Step]
    return render(request, "library/guide_list.html", {"steps": steps, "any": bool(guides)})


def guide_detail(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.user, "library.view")
    guide = get_object_or_404(Guide, slug=slug)
    others = Guide.objects.filter(step=guide.step).exclude(pk=guide.pk).defer("body_ar", "body_fr", "body_en")
    return render(request, "library/guide_detail.html", {"guide": guide, "body": rendered(guide.body), "others": others})
