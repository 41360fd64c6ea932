from partnerships.models.agreement import Agreement, AgreementVisa
from partnerships.models.double import NotDouble
from partnerships.models.drafting import Amendment, AmendmentChange, Clause, ClauseComment, ClauseKind, ClauseModel, ClauseText, Signatory
from partnerships.models.geography import Country, Equipment, InstitutionKind, Procedure, Profession, Region, Specialty
from partnerships.models.institution import Department, Institution, InstitutionName, InstitutionWord, Membership, StaffCount
from partnerships.models.intake import ColumnMemory, Intake, IntakeRow
from partnerships.models.interest import Interest
from partnerships.models.need import AreaScore, Need, NeedsAssessment, Offer
from partnerships.models.partnership import Partnership, PartnershipParty
from partnerships.models.proposal import MatchingSettings, MatchProposal, NationalPlan, PlanPair
from partnerships.models.room import Decision, FocalPoint, Meeting, Message, Project, RungReached, ServiceLine

__all__ = [
    "Agreement", "AgreementVisa", "Amendment", "AmendmentChange", "AreaScore", "Clause", "ClauseComment", "ClauseKind", "ClauseModel", "ClauseText", "ColumnMemory", "Country", "Decision", "Department", "Equipment", "FocalPoint", "Institution", "InstitutionKind",
    "InstitutionName", "InstitutionWord", "Intake", "IntakeRow", "Interest", "MatchProposal", "MatchingSettings", "Meeting", "Membership", "Message", "NationalPlan", "Need",
    "NeedsAssessment", "NotDouble", "Offer", "Partnership", "PartnershipParty", "PlanPair", "Procedure", "Profession", "Project", "Region", "RungReached", "ServiceLine", "Signatory", "Specialty", "StaffCount",
]  # fmt: skip
