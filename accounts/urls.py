from django.urls import path

from accounts import views

urlpatterns = [
    path("login/", views.login_page, name="login"),
    path("logout/", views.logout_now, name="logout"),
    path("theme/", views.theme, name="theme"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="notifications-read"),
    path("notifications/<int:pk>/", views.notification, name="notification"),
    path("n/<uuid:message_id>/", views.open_notice, name="open-notice"),
]
