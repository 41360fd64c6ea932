from django.urls import path

from accounts import notice_views, views
from core.saved_views import saved_view, saved_views

urlpatterns = [
    path("login/", views.login_page, name="login"),
    path("logout/", views.logout_now, name="logout"),
    path("theme/", views.theme, name="theme"),
    path("notifications/", notice_views.notifications, name="notifications"),
    path("notifications/read/", notice_views.read_all, name="notifications-read"),
    path("notifications/<int:pk>/", notice_views.notification, name="notification"),
    path("notifications/preferences/", notice_views.preferences, name="notification-preferences"),
    path("notifications/absence/", notice_views.absence, name="absence"),
    path("notifications/absence/<int:pk>/end/", notice_views.absence_end, name="absence-end"),
    path("unsubscribe/<str:token>/", notice_views.unsubscribe, name="unsubscribe"),
    path("views/", saved_views, name="saved-views"),
    path("views/<int:pk>/", saved_view, name="saved-view"),
    path("n/<uuid:message_id>/", notice_views.open_notice, name="open-notice"),
]
