from partnerships.models.agreement import Agreement, AgreementVisa
from partnerships.models.geography import Country, Equipment, InstitutionKind, Procedure, Profession, Region, Specialty
from partnerships.models.institution import Department, Institution, InstitutionName, Membership, StaffCount
from partnerships.models.intake import ColumnMemory, Intake, IntakeRow
from partnerships.models.interest import Interest
from partnerships.models.need import AreaScore, Need, NeedsAssessment, Offer
from partnerships.models.partnership import Partnership, PartnershipParty
from partnerships.models.proposal import MatchingSettings, MatchProposal, NationalPlan, PlanPair

__all__ = [
    "Agreement", "AgreementVisa", "AreaScore", "ColumnMemory", "Country", "Department", "Equipment", "Institution", "InstitutionKind",
    "InstitutionName", "Intake", "IntakeRow", "Interest", "MatchProposal", "MatchingSettings", "Membership", "NationalPlan", "Need",
    "NeedsAssessment", "Offer", "Partnership", "PartnershipParty", "PlanPair", "Procedure", "Profession", "Region", "Specialty", "StaffCount",
]  # fmt: skip
