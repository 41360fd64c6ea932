"""Addresses of indicators, measurements and referrals; included by evaluation/urls.py."""

from django.urls import path

from evaluation.views import indicators, measurements, referrals

urlpatterns = [
    path("indicators/", indicators.indicator_list, name="indicators"),
    path("indicators/<slug:code>/", indicators.indicator_detail, name="indicator"),
    path("partnerships/<int:pk>/indicators/", indicators.partnership_indicators, name="partnership-indicators"),
    path("partnerships/<int:pk>/indicators/choose/", indicators.target_new, name="target-new"),
    path("partnerships/<int:pk>/indicators/<slug:code>/", indicators.partnership_indicator, name="partnership-indicator"),
    path("targets/<int:pk>/", indicators.target_edit, name="target"),
    path("targets/<int:pk>/drop/", indicators.target_drop, name="target-drop"),
    path("measurements/", measurements.measurement_list, name="measurements"),
    path("measurements/new/", measurements.measurement_new, name="measurement-new"),
    path("measurements/<int:pk>/", measurements.measurement_detail, name="measurement"),
    path("measurements/<int:pk>/edit/", measurements.measurement_edit, name="measurement-edit"),
    path("measurements/<int:pk>/drop/", measurements.measurement_drop, name="measurement-drop"),
    path("measurements/<int:pk>/steps/<slug:slug>/", measurements.measurement_step, name="measurement-step"),
    path("referrals/", referrals.referral_list, name="referrals"),
    path("referrals/new/", referrals.referral_new, name="referral-new"),
    path("referrals/import/", referrals.referral_import, name="referral-import"),
    path("referrals/localisation/", referrals.localisation_page, name="localisation"),
    path("referrals/<int:pk>/edit/", referrals.referral_edit, name="referral-edit"),
]
