from django.urls import path

from evaluation.views import evaluations

urlpatterns = [
    path("evaluations/", evaluations.evaluation_list, name="evaluations"),
    path("evaluations/<int:pk>/", evaluations.evaluation_detail, name="evaluation"),
    path("evaluations/<int:pk>/answer/", evaluations.evaluation_answer, name="evaluation-answer"),
    path("evaluations/<int:pk>/review/", evaluations.evaluation_review, name="evaluation-review"),
    path("evaluations/<int:pk>/steps/<slug:slug>/", evaluations.evaluation_step, name="evaluation-step"),
]
