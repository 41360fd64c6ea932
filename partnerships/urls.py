from django.urls import path

from partnerships.views import agreements, institutions, partnerships

urlpatterns = [
    path("institutions/", institutions.institution_list, name="institutions"),
    path("institutions/<int:pk>/", institutions.institution_detail, name="institution"),
    path("partnerships/", partnerships.partnership_list, name="partnerships"),
    path("partnerships/new/", partnerships.partnership_new, name="partnership-new"),
    path("partnerships/<int:pk>/", partnerships.partnership_detail, name="partnership"),
    path("partnerships/<int:pk>/steps/<slug:slug>/", partnerships.partnership_step, name="partnership-step"),
    path("partnerships/<int:partnership_pk>/agreements/new/", agreements.agreement_new, name="agreement-new"),
    path("agreements/", agreements.agreement_list, name="agreements"),
    path("agreements/<int:pk>/", agreements.agreement_detail, name="agreement"),
    path("agreements/<int:pk>/sign/", agreements.agreement_sign, name="agreement-sign"),
    path("agreements/<int:pk>/legal-bases/", agreements.agreement_cite, name="agreement-cite"),
    path("agreements/<int:pk>/visa/", agreements.agreement_visa, name="agreement-visa"),
    path("agreements/<int:pk>/steps/<slug:slug>/", agreements.agreement_step, name="agreement-step"),
    path("documents/<int:pk>/", agreements.document, name="document"),
]
