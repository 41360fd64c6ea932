"""The tables of support: requests, money, technologies introduced."""

from support.models.request import Budget, Justification, Opinion, SupportLine, SupportRequest, Tranche
from support.models.technology import TechnologyIntroduced

__all__ = ["Budget", "Justification", "Opinion", "SupportLine", "SupportRequest", "TechnologyIntroduced", "Tranche"]
