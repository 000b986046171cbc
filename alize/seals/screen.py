"""The certificates of the seal, as the page that publishes them shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate

from alize.common.dates import long_date, long_datetime
from alize.common.screen import Badge, Definition, Link
from alize.seals.keys import KeyFolder, KeyRefused, SealAuthority, SealCertificate, Trust

PEM, CRL = "application/x-pem-file", "application/pkix-crl"


@dataclass(frozen=True)
class PublishedCertificate:
    """One certificate of the page."""

    title: str
    badge: Badge
    facts: Sequence[Definition]
    files: Sequence[Link]


def certificates(trust: Trust, *, at: datetime) -> list[PublishedCertificate]:
    """The one in use, the old ones, then our authorities."""
    in_use = next((one.number for one in trust.certificates if one.may_seal(at)), None)
    shown = [_seal(one, in_use=one.number == in_use, at=at) for one in trust.certificates]
    newest = trust.authorities[0].number
    authorities = [_authority(one, delivers=one.number == newest) for one in trust.authorities]
    return [*shown, *authorities]


def _seal(one: SealCertificate, *, in_use: bool, at: datetime) -> PublishedCertificate:
    if one.revoked_at is not None:
        badge = Badge(f"Révoqué le {long_datetime(one.revoked_at)}", "late")
    elif in_use:
        badge = Badge("En service", "done")
    else:
        badge = Badge("N'est plus en service", "quiet")
    return PublishedCertificate(
        f"Cachet n° {one.number}",
        badge,
        _facts(one.from_on, one.until, one.fingerprint),
        [_file("Télécharger le certificat", _file_of(one))],
    )


def _authority(one: SealAuthority, *, delivers: bool) -> PublishedCertificate:
    return PublishedCertificate(
        f"Autorité n° {one.number} d'ALIZE, qui {'délivre' if delivers else 'a délivré'} des "
        "cachets",
        Badge("À installer pour vérifier soi-même", "info")
        if delivers
        else Badge("À installer pour vérifier d'anciens cachets", "quiet"),
        _facts(one.from_on, one.until, one.fingerprint),
        [
            _file("Télécharger l'autorité", _file_of_authority(one)),
            _file("Télécharger sa liste de révocation", _file_of_revoked(one)),
        ],
    )


def _facts(start: datetime, end: datetime, fingerprint: str) -> list[Definition]:
    return [
        Definition("Valable", f"du {long_date(localdate(start))} au {long_date(localdate(end))}"),
        Definition("Empreinte SHA-256", " ".join(_pairs(fingerprint.upper()))),
    ]


def _pairs(digest: str) -> list[str]:
    return [digest[start : start + 4] for start in range(0, len(digest), 4)]


def _file(label: str, name: str) -> Link:
    return Link(label, reverse("seal_certificate", kwargs={"name": name}))


def _file_of(one: SealCertificate) -> str:
    return f"alize-cachet-{one.number}.pem"


def _file_of_authority(one: SealAuthority) -> str:
    return f"alize-autorite-{one.number}.pem"


def _file_of_revoked(one: SealAuthority) -> str:
    return f"alize-revocations-{one.number}.crl"


def published(folder: KeyFolder, name: str) -> tuple[bytes, str]:
    """The bytes and the type of a file that the page offers.

    :raises KeyRefused: it offers none of this name.
    """
    trust = folder.trust()
    files = {_file_of(one): one.pem for one in trust.certificates}
    files |= {_file_of_authority(one): one.pem for one in trust.authorities}
    lists = {_file_of_revoked(one): one.number for one in trust.authorities}
    if name in lists:
        return folder.revocation_list(lists[name]), CRL
    if name not in files:
        raise KeyRefused("Ce fichier n'est pas publié.")
    return files[name], PEM
