"""The authorities and the seal certificates, as files of a private folder (signature.md 6.5).

The private keys are encrypted; no passphrase is written anywhere. Of the certificates nothing is
secret: `/verifier/` publishes them, those in use and the old ones. One authority at a time delivers
certificates; those of the authorities that it replaces keep what they sealed.
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from alize.seals import certificates
from alize.seals.certificates import KeyRefused

__all__ = [
    "KeyFolder",
    "KeyRefused",
    "SealAuthority",
    "SealCertificate",
    "SealKey",
    "Trust",
    "folder",
]

CONTAINER = "authority.p12"
"""The key of an authority, which belongs elsewhere; which one it is, its certificate says."""


@dataclass(frozen=True)
class SealCertificate:
    """Certificat de cachet : one of the certificates that have sealed or may seal."""

    number: int
    serial: int
    fingerprint: str
    """SHA-256 of the certificate, in hexadecimal."""
    from_on: datetime
    until: datetime
    revoked_at: datetime | None
    pem: bytes

    def may_seal(self, at: datetime) -> bool:
        """Whether a document sealed with it at that moment is well sealed."""
        return self.from_on <= at < min(self.until, self.revoked_at or self.until)


@dataclass(frozen=True)
class SealAuthority:
    """Autorité de cachet : the one that delivers our seal certificates, or one that did."""

    number: int
    fingerprint: str
    """SHA-256 of its certificate, in hexadecimal."""
    from_on: datetime
    until: datetime
    pem: bytes


@dataclass(frozen=True)
class Trust:
    """What a seal is checked against; nothing in it is secret."""

    authorities: tuple[SealAuthority, ...]
    """The one that delivers certificates, then those that it has replaced, the latest first."""
    certificates: tuple[SealCertificate, ...]
    """The latest first."""

    def named(self, fingerprint: str) -> SealCertificate | None:
        """The certificate with this fingerprint."""
        return next((one for one in self.certificates if one.fingerprint == fingerprint), None)


@dataclass(frozen=True)
class SealKey:
    """What seals: a certificate with its private key, still encrypted, and our authority."""

    certificate: SealCertificate
    container: bytes
    """PKCS#12."""


class KeyFolder:
    """The folder of the keys; every change is one file put in place whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether the authority has been created."""
        return (self.path / f"{_authority_name(1)}.pem").exists()

    def trust(self) -> Trust:
        """The authorities and the certificates published.

        :raises KeyRefused: no authority has been created yet.
        """
        authorities = tuple(map(_read_authority, self._published("authority")))
        if not authorities:
            raise KeyRefused(
                "Aucune clé de cachet n'est installée sur ce serveur : prévenez l'assistance."
            )
        revoked: dict[int, datetime] = {}
        for authority in authorities:
            revoked |= self._revoked(authority.number)
        seals = self._published("seal")
        return Trust(authorities, tuple(_certificate(path, revoked) for path in seals))

    def _published(self, kind: str) -> list[Path]:
        """The certificates of a kind, the latest first."""
        return sorted(self.path.glob(f"{kind}-*.pem"), reverse=True)

    def current(self, at: datetime) -> SealKey:
        """The key that seals at that moment: the latest valid one.

        :raises KeyRefused: none is valid, or its private key is not here.
        """
        for certificate in self.trust().certificates:
            container = self.path / f"{_name(certificate.number)}.p12"
            if certificate.may_seal(at) and container.exists():
                return SealKey(certificate, container.read_bytes())
        raise KeyRefused(
            "Le certificat de cachet a expiré ou a été révoqué : prévenez l'assistance, "
            "qui en fera un autre."
        )

    def revocation_list(self, number: int) -> bytes:
        """The list of the certificates of an authority that are revoked, DER."""
        return (self.path / _revoked_name(number)).read_bytes()

    def create(self, *, authority_passphrase: str, passphrase: str, at: datetime) -> None:
        """Make the authority, the first seal certificate and an empty revocation list.

        :raises KeyRefused: an authority is here already.
        """
        if self.exists():
            raise KeyRefused(
                "Une autorité existe déjà dans ce dossier : pour un nouveau certificat de cachet, "
                "utilisez « rotate »."
            )
        beside = self.path if self.path.exists() else self.path.parent
        beside.mkdir(parents=True, exist_ok=True)
        # Made aside and put in place whole: two processes that start together keep one authority.
        with tempfile.TemporaryDirectory(dir=beside) as aside:
            made = KeyFolder(Path(aside) / "keys")
            made.path.mkdir(mode=0o700)
            made._add(1, made._begin(1, authority_passphrase, at=at), passphrase, at=at)
            self._take_over(made)

    def renew(self, *, authority_passphrase: str, passphrase: str, at: datetime) -> SealCertificate:
        """Make another authority and a seal certificate of it, which seals from now on.

        What the former ones delivered stays published, and keeps what it sealed.

        :raises KeyRefused: none has been created, or the key of the former one would be lost.
        """
        known = self.trust()
        if (self.path / CONTAINER).exists():
            raise KeyRefused(
                f"La clé de l'autorité est encore dans ce dossier : mettez {CONTAINER} hors ligne, "
                "puis recommencez."
            )
        authority = self._begin(known.authorities[0].number + 1, authority_passphrase, at=at)
        self._add(_next(known), authority, passphrase, at=at)
        return self.trust().certificates[0]

    def _begin(self, number: int, passphrase: str, *, at: datetime) -> certificates.Pair:
        """Write an authority: known last, once its key and its list are there."""
        authority = certificates.new_authority(number, at=at)
        self._write(CONTAINER, certificates.pack(authority, passphrase))
        listed = certificates.revocation_list({}, authority, at=at)
        self._write(_revoked_name(number), listed)
        known = authority[1].public_bytes(Encoding.PEM)
        self._write(f"{_authority_name(number)}.pem", known)
        return authority

    def rotate(
        self, *, authority_passphrase: str, passphrase: str, at: datetime
    ) -> SealCertificate:
        """Make another seal certificate, which seals from now on; the others stay published.

        :raises KeyRefused: the authority's key is not here, is that of a former one, or its
            passphrase is wrong; or it is over.
        """
        known = self.trust()
        number, authority = self._authority(authority_passphrase)
        if number != known.authorities[0].number:
            raise KeyRefused(
                f"{CONTAINER} est la clé de l'autorité n° {number}, qui est remplacée : remettez "
                f"celle de la n° {known.authorities[0].number}."
            )
        self._add(_next(known), authority, passphrase, at=at)
        return self.trust().certificates[0]

    def _add(
        self, number: int, authority: certificates.Pair, passphrase: str, *, at: datetime
    ) -> None:
        made = certificates.new_seal(number, authority, at=at)
        self._write(f"{_name(number)}.p12", certificates.pack(made, passphrase))
        self._write(f"{_name(number)}.pem", made[1].public_bytes(Encoding.PEM))

    def revoke(self, number: int, *, authority_passphrase: str, at: datetime) -> None:
        """Put a seal certificate on the revocation list: what it seals from now on is refused.

        :raises KeyRefused: no such certificate, or the key of the authority that delivered it is
            not here or cannot be opened.
        """
        of, authority = self._authority(authority_passphrase)
        found = next((one for one in self.trust().certificates if one.number == number), None)
        if found is None:
            raise KeyRefused(f"Il n'y a pas de certificat de cachet n° {number}.")
        if not certificates.is_delivered_by(found.pem, authority):
            raise KeyRefused(
                f"Le certificat n° {number} n'a pas été délivré par l'autorité n° {of}, dont "
                f"{CONTAINER} est la clé : remettez celle de l'autorité qui l'a délivré."
            )
        revoked = self._revoked(of)
        revoked.setdefault(found.serial, at)
        listed = certificates.revocation_list(revoked, authority, at=at)
        self._write(_revoked_name(of), listed)

    def export(self, number: int, *, passphrase: str, export_passphrase: str) -> bytes:
        """A seal key encrypted again, under a passphrase of which two people hold a half each.

        :raises KeyRefused: the key is not here or its passphrase is wrong.
        """
        container = self.path / f"{_name(number)}.p12"
        if not container.exists():
            raise KeyRefused(f"La clé n° {number} n'est pas dans ce dossier.")
        pair = certificates.unpack(container.read_bytes(), passphrase)
        return certificates.pack(pair, export_passphrase)

    def _authority(self, passphrase: str) -> tuple[int, certificates.Pair]:
        """The authority whose key is here, and its number."""
        container = self.path / CONTAINER
        if not container.exists():
            raise KeyRefused(
                "La clé de l'autorité n'est pas dans ce dossier : remettez-y authority.p12 le "
                "temps de cette commande."
            )
        pair = certificates.unpack(container.read_bytes(), passphrase)
        fingerprint = pair[1].fingerprint(hashes.SHA256()).hex()
        for one in self.trust().authorities:
            if one.fingerprint == fingerprint:
                return one.number, pair
        raise KeyRefused(f"{CONTAINER} n'est la clé d'aucune autorité de ce dossier.")

    def _revoked(self, number: int) -> dict[int, datetime]:
        path = self.path / _revoked_name(number)
        if not path.exists():
            return {}
        listed = x509.load_der_x509_crl(path.read_bytes())
        return {one.serial_number: one.revocation_date_utc for one in listed}

    def _take_over(self, made: "KeyFolder") -> None:
        """Put a new folder in place, or its files where ours is a volume; the first one wins."""
        if not self.path.exists():
            try:
                made.path.rename(self.path)
            except OSError:  # it has just been filled by another process
                if not self.exists():
                    raise
        elif not self.exists():
            last = f"{_authority_name(1)}.pem"
            for path in sorted(made.path.iterdir(), key=lambda one: one.name == last):
                path.rename(self.path / path.name)

    def _write(self, name: str, content: bytes) -> None:
        handle, aside = tempfile.mkstemp(dir=self.path)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(self.path / name)


def _name(number: int) -> str:
    return f"seal-{number:04d}"


def _authority_name(number: int) -> str:
    return f"authority-{number:04d}"


def _revoked_name(number: int) -> str:
    return f"revoked-{number:04d}.crl"


def _next(known: Trust) -> int:
    """The number of the next seal certificate, whichever authority delivers it."""
    return max((one.number for one in known.certificates), default=0) + 1


def _read_authority(path: Path) -> SealAuthority:
    pem = path.read_bytes()
    read = x509.load_pem_x509_certificate(pem)
    return SealAuthority(
        number=_number(path),
        fingerprint=read.fingerprint(hashes.SHA256()).hex(),
        from_on=read.not_valid_before_utc,
        until=read.not_valid_after_utc,
        pem=pem,
    )


def _number(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _certificate(path: Path, revoked: dict[int, datetime]) -> SealCertificate:
    pem = path.read_bytes()
    read = x509.load_pem_x509_certificate(pem)
    return SealCertificate(
        number=_number(path),
        serial=read.serial_number,
        fingerprint=read.fingerprint(hashes.SHA256()).hex(),
        from_on=read.not_valid_before_utc,
        until=read.not_valid_after_utc,
        revoked_at=revoked.get(read.serial_number),
        pem=pem,
    )


def folder(at: datetime | None = None) -> KeyFolder:
    """The keys of this server; the demo makes its own at the first need, known by its moment."""
    kept = KeyFolder(Path(settings.SEAL_KEYS))
    if at is not None and settings.DEMO and not kept.exists():
        kept.create(
            authority_passphrase=settings.SEAL_PASSPHRASE,
            passphrase=settings.SEAL_PASSPHRASE,
            at=at - timedelta(days=365),
        )
    return kept
