"""Who receives which mail."""

from alize.notifications.catalogue import MUTABLE, MailType
from alize.notifications.models import MutedMail


def received_by(person_id: int) -> list[str]:
    """The codes of the mails that somebody has not muted, among those that may be."""
    muted = set(MutedMail.objects.filter(person=person_id).values_list("code", flat=True))
    return [mail.code for mail in MUTABLE if mail.code not in muted]


def without(code: str) -> frozenset[int]:
    """The people who do without a mail, by their keys; asked in `public`."""
    return frozenset(MutedMail.objects.filter(code=code).values_list("person_id", flat=True))


def is_muted(kind: MailType, email: str) -> bool:
    """Whether whoever has an address does without a mail; most mails ask nothing of anybody."""
    if not kind.mutable:
        return False
    return MutedMail.objects.filter(code=kind.code, person__email__iexact=email).exists()
