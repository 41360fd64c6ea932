from django.urls import path

from reports import views

urlpatterns = [
    path("", views.home, name="home"),
    path("reports/", views.dashboard, name="reports"),
    path("reports/<slug:slug>/", views.figure_list, name="figure"),
    path("search/", views.search_all, name="search"),
]
