from partnerships.forms.institutions import PART_FORMS, NewInstitutionForm, parts_of
from partnerships.forms.interests import EditInterestForm, InterestForm, SupportForm
from partnerships.forms.needs import AssessmentForm, EditNeedForm, EditOfferForm, NeedForm, OfferForm
from partnerships.forms.partnerships import AgreementForm, PartnershipForm, SignatureForm

__all__ = [
    "PART_FORMS", "AgreementForm", "AssessmentForm", "EditInterestForm", "EditNeedForm", "EditOfferForm", "InterestForm", "NeedForm",
    "NewInstitutionForm", "OfferForm", "PartnershipForm", "SignatureForm", "SupportForm", "parts_of",
]  # fmt: skip
