from django.urls import path

from reports.views import documents

urlpatterns = [
    path("", documents.document_list, name="report-files"),
    path("new/<slug:slug>/", documents.document_new, name="report-file-new"),
    path("export/", documents.document_export, name="report-list-export"),
    path("schedules/", documents.schedule_list, name="report-schedules"),
    path("schedules/new/<slug:slug>/", documents.schedule_new, name="report-schedule-new"),
    path("schedules/<int:pk>/", documents.schedule_detail, name="report-schedule"),
    path("schedules/<int:pk>/edit/", documents.schedule_edit, name="report-schedule-edit"),
    path("schedules/<int:pk>/stop/", documents.schedule_stop, name="report-schedule-stop"),
    path("<int:pk>/", documents.document, name="report-file"),
    path("<int:pk>/file/", documents.document_file, name="report-file-download"),
    path("<int:pk>/cancel/", documents.document_cancel, name="report-file-cancel"),
]
