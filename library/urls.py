from django.urls import path

from library.views import guides, texts

urlpatterns = [
    path("library/", texts.text_list, name="library"),
    path("library/new/", texts.text_new, name="library-new"),
    path("library/guides/", guides.guide_list, name="guides"),
    path("library/guides/<slug:slug>/", guides.guide_detail, name="guide"),
    path("library/<int:pk>/", texts.text_detail, name="legal-text"),
    path("library/<int:pk>/edit/", texts.text_edit, name="legal-text-edit"),
    path("library/<int:pk>/file/", texts.text_file, name="legal-text-file"),
    path("library/<int:pk>/link/", texts.text_link, name="legal-text-link"),
    path("library/<int:pk>/consultation/", texts.text_consult, name="legal-text-consult"),
    path("library/<int:pk>/opinion/", texts.text_opinion, name="legal-text-opinion"),
    path("library/<int:pk>/steps/<slug:slug>/", texts.text_step, name="legal-text-step"),
]
