"""Second-factor secrets, encrypted at rest (security.md D22), and the change of their key."""

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction

from alize.common.errors import Refusal

SECRETS = {"secret", "seed"}
"""What allauth asks to encrypt in the data of an application and of recovery codes."""


def encrypt(text: str) -> str:
    """Write a secret under the key in force."""
    return _keys().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Read a secret, under the key in force or a former one."""
    return _keys().decrypt(encrypted.encode()).decode()


@transaction.atomic
def reencrypt() -> int:
    """Write under the key in force what a former one wrote; returns how many factors.

    :raises Refusal: no key reads some of them, and nothing is changed.
    """
    in_force = Fernet(settings.FIELD_ENCRYPTION_KEY)
    changed, unread = [], set()
    for factor in Authenticator.objects.select_for_update(of=("self",)).select_related("user"):
        for name in SECRETS & factor.data.keys():
            if not _reads(in_force, factor.data[name]):
                try:
                    factor.data[name] = encrypt(decrypt(factor.data[name]))
                    changed.append(factor)
                except InvalidToken:
                    unread.add(factor.user.email)
    if unread:
        raise Refusal(
            "Aucune clé n'ouvre le second facteur de "
            + ", ".join(sorted(unread))
            + " : ajoutez la bonne à FIELD_ENCRYPTION_KEY_FALLBACKS. Rien n'a été changé."
        )
    Authenticator.objects.bulk_update(changed, ["data"])
    return len(changed)


def _reads(key: Fernet, secret: str) -> bool:
    try:
        key.decrypt(secret.encode())
    except InvalidToken:
        return False
    return True


def _keys() -> MultiFernet:
    keys = [settings.FIELD_ENCRYPTION_KEY, *settings.FIELD_ENCRYPTION_KEY_FALLBACKS]
    return MultiFernet([Fernet(key) for key in keys])
