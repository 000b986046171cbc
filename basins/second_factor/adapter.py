"""Which second factors may go: what a role asks for is not given up by whoever holds it alone."""

from typing import ClassVar

from allauth.mfa.models import Authenticator
from django.utils import timezone

from alize.accounts.adapters import MFAAdapter as EncryptedFactors
from basins.queries import holds_role_with_factor


class MFAAdapter(EncryptedFactors):
    """Keeps the last second factor of whoever holds a role that asks for one (SD13)."""

    error_messages: ClassVar = EncryptedFactors.error_messages | {
        "cannot_delete_authenticator": (
            "Un de vos rôles demande un second facteur, et celui-ci est votre dernier : "
            "ajoutez-en d'abord un autre, puis retirez celui-ci."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another stays, recovery codes aside, or no role asks for any."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(
            pk=authenticator.pk
        )
        return others.exclude(
            type=Authenticator.Type.RECOVERY_CODES
        ).exists() or not holds_role_with_factor(authenticator.user, on=timezone.localdate())
