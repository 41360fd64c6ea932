from partnerships.forms.drafting import AgreementForm
from partnerships.forms.institutions import PART_FORMS, NewInstitutionForm, parts_of
from partnerships.forms.intake import ColumnsForm, IntakeForm
from partnerships.forms.interests import EditInterestForm, InterestForm, SupportForm
from partnerships.forms.matching import AnswerForm, EditWeightsForm, NoteForm, PlainPlanForm, PlanForm, ProposeForm
from partnerships.forms.merging import MergeForm
from partnerships.forms.needs import AssessmentForm, EditNeedForm, EditOfferForm, NeedForm, OfferForm
from partnerships.forms.partnerships import PartnershipForm, SignatureForm

__all__ = [
    "PART_FORMS", "AgreementForm", "AnswerForm", "AssessmentForm", "ColumnsForm", "EditInterestForm", "EditNeedForm", "EditOfferForm", "EditWeightsForm",
    "IntakeForm", "InterestForm", "MergeForm", "NeedForm", "NewInstitutionForm", "NoteForm", "OfferForm", "PartnershipForm", "PlainPlanForm", "PlanForm",
    "ProposeForm", "SignatureForm", "SupportForm", "parts_of",
]  # fmt: skip
