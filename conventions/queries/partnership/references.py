"""The references of the texts of a partnership, as papers and mails bear them."""

from basins.tenancy import current
from conventions.models import Amendment, PartnershipConvention


def reference_of(convention: PartnershipConvention) -> str:
    """« CP-SAV-007 »."""
    return f"CP-{_code()}-{convention.number:03d}"


def operator_reference_of(convention: PartnershipConvention) -> str:
    """« COL-SAV-007 », the operator convention that is its annex 3."""
    return f"COL-{_code()}-{convention.number:03d}"


def text_reference_of(convention: PartnershipConvention, *, operator: bool) -> str:
    """The reference of its own text, or of its annex 3."""
    return operator_reference_of(convention) if operator else reference_of(convention)


def amendment_reference_of(amendment: Amendment) -> str:
    """« CP-SAV-007-A1 », « CC-2026-SAV-014-A1 »."""
    if amendment.cooperation:
        return f"{amendment.supporting.reference}-A{amendment.number}"
    return f"{reference_of(amendment.founding)}-A{amendment.number}"


def _code() -> str:
    return current().slug.replace("-", "")[:3].upper()
