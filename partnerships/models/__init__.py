from partnerships.models.agreement import Agreement, AgreementVisa
from partnerships.models.geography import Country, InstitutionKind, Procedure, Profession, Region, Specialty
from partnerships.models.institution import Department, Institution, Membership
from partnerships.models.partnership import Partnership, PartnershipParty

__all__ = [
    "Agreement", "AgreementVisa", "Country", "Department", "Institution", "InstitutionKind", "Membership",
    "Partnership", "PartnershipParty", "Procedure", "Profession", "Region", "Specialty",
]  # fmt: skip
