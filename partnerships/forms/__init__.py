from partnerships.forms.partnerships import AgreementForm, PartnershipForm, SignatureForm

__all__ = ["AgreementForm", "PartnershipForm", "SignatureForm"]
