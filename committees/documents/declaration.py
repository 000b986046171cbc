"""The yearly declaration of a member, as it was signed (C1)."""

from typing import Any

from django.utils.timezone import localdate

from alize.common.dates import long_date, long_datetime
from committees.documents.signing import Signer
from committees.models import MemberDeclaration
from committees.queries import declarations

DECLARATION = "declaration-interets"
"""The kind of the document."""


def declaration_context(declaration: MemberDeclaration) -> dict[str, Any]:
    """Everything the declaration prints."""
    person, seat = declaration.person, declaration.seat
    profile = declarations.profile_of(person, seat)
    signed = f"Nom tapé dans l'application le {long_datetime(declaration.declared_at)}"
    return {
        "declaration": declaration,
        "rows": [(fact.term, fact.value) for fact in profile if fact.value],
        "skills": [line for line in declaration.skills.splitlines() if line.strip()],
        "links": [
            (row.name, row.siren, row.get_kind_display(), row.said)
            for row in declaration.links.all()
        ],
        "signers": [Signer(declaration.signed_name, "Membre du comité", str(seat.partner), signed)],
        "place_and_date": f"Le {long_date(localdate(declaration.declared_at))}.",
    }
