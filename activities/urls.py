from django.urls import path

from activities.views import activities

urlpatterns = [
    path("activities/", activities.activity_list, name="activities"),
    path("activities/new/", activities.activity_new, name="activity-new"),
    path("activities/<int:pk>/", activities.activity_detail, name="activity"),
    path("activities/<int:pk>/report/", activities.activity_report, name="activity-report"),
    path("activities/<int:pk>/dispute/", activities.activity_dispute, name="activity-dispute"),
    path("activities/<int:pk>/confirm/", activities.activity_confirm, name="activity-confirm"),
    path("activities/<int:pk>/opinion/", activities.activity_opinion, name="activity-opinion"),
    path("activities/<int:pk>/sessions/new/", activities.session_new, name="session-new"),
    path("activities/<int:pk>/steps/<slug:slug>/", activities.activity_step, name="activity-step"),
]
