from django.urls import include, path

from reports.views.dashboard import dashboard, equity_page, map_page, progress
from reports.views.figures import figure_list
from reports.views.home import home
from reports.views.public import public_figures, public_switch
from reports.views.search import search_all

urlpatterns = [
    path("", home, name="home"),
    path("reports/", dashboard, name="reports"),
    path("reports/progress/", progress, name="reports-progress"),
    path("reports/equity/", equity_page, name="reports-equity"),
    path("reports/map/", map_page, name="reports-map"),
    path("reports/public/", public_switch, name="public-switch"),
    path("reports/documents/", include("reports.document_urls")),
    path("reports/<slug:slug>/", figure_list, name="figure"),
    path("figures/", public_figures, name="public-figures"),
    path("search/", search_all, name="search"),
]
