from django.urls import path

from support.views import budgets, requests, technologies

urlpatterns = [
    path("support/", requests.request_list, name="support"),
    path("support/new/", requests.request_new, name="support-new"),
    path("support/budgets/", budgets.budget_list, name="budgets"),
    path("support/budgets/new/", budgets.budget_form, name="budget-new"),
    path("support/budgets/<int:pk>/", budgets.budget_detail, name="budget"),
    path("support/budgets/<int:pk>/edit/", budgets.budget_form, name="budget-edit"),
    path("support/technologies/", technologies.technology_list, name="technologies"),
    path("support/technologies/new/", technologies.technology_new, name="technology-new"),
    path("support/technologies/<int:pk>/", technologies.technology_detail, name="technology"),
    path("support/technologies/<int:pk>/edit/", technologies.technology_edit, name="technology-edit"),
    path("support/<int:pk>/", requests.request_detail, name="support-request"),
    path("support/<int:pk>/edit/", requests.request_edit, name="support-edit"),
    path("support/<int:pk>/steps/<slug:slug>/", requests.request_step, name="support-step"),
    path("support/<int:pk>/opinions/<slug:slug>/", requests.request_opinion, name="support-opinion"),
    path("support/<int:pk>/grant/", requests.request_grant, name="support-grant"),
    path("support/<int:pk>/answer/", requests.request_answer, name="support-answer"),
    path("support/<int:pk>/adviser/", requests.request_adviser, name="support-adviser"),
    path("support/<int:pk>/receipt/", requests.request_receipt, name="support-receipt"),
    path("support/<int:pk>/tranches/<int:tranche_pk>/pay/", requests.tranche_pay, name="tranche-pay"),
    path("support/<int:pk>/tranches/<int:tranche_pk>/justify/", requests.tranche_justify, name="tranche-justify"),
    path("support/<int:pk>/justifications/<int:justification_pk>/", requests.justification_check, name="justification-check"),
]
