"""The authority and the seal certificates, as files of a private folder (signature.md 6.5).

The private keys are encrypted; no passphrase is written anywhere. Of the certificates nothing is
secret: `/verifier/` publishes them, those in use and the old ones.
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

from alize.common.errors import Refusal

AUTHORITY_YEARS, SEAL_YEARS = 10, 3
BITS = 3072
ROUNDS = 200_000  # of the derivation of a key from its passphrase
AUTHORITY, REVOKED = "authority", "revoked.crl"


class KeyRefused(Refusal):
    """A key is missing, cannot be opened, or is not what was asked for."""


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
class Trust:
    """What a seal is checked against; nothing in it is secret."""

    authority: bytes
    """The certificate of our authority, PEM."""
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
        return (self.path / f"{AUTHORITY}.pem").exists()

    def trust(self) -> Trust:
        """The authority and the certificates published.

        :raises KeyRefused: no authority has been created yet.
        """
        try:
            authority = (self.path / f"{AUTHORITY}.pem").read_bytes()
        except OSError as error:
            raise KeyRefused(
                "Aucune clé de cachet n'est installée sur ce serveur : prévenez l'assistance."
            ) from error
        revoked = self._revoked()
        certificates = [
            _certificate(path, revoked) for path in sorted(self.path.glob("seal-*.pem"))
        ]
        return Trust(authority, tuple(reversed(certificates)))

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

    def revocation_list(self) -> bytes:
        """The list of the certificates revoked, DER."""
        return (self.path / REVOKED).read_bytes()

    def create(self, *, authority_passphrase: str, passphrase: str, at: datetime) -> None:
        """Make the authority, the first seal certificate and an empty revocation list.

        :raises KeyRefused: an authority is here already.
        """
        if self.exists():
            raise KeyRefused(
                "Une autorité existe déjà dans ce dossier : pour un nouveau certificat de cachet, "
                "utilisez « rotate »."
            )
        key = rsa.generate_private_key(65537, BITS)
        name = _subject("ALIZE, autorité privée de cachet")
        certificate = (
            _builder(name, name, key, at=at, years=AUTHORITY_YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Made aside and put in place whole: two processes that start together keep one authority.
        with tempfile.TemporaryDirectory(dir=self.path.parent) as aside:
            made = KeyFolder(Path(aside) / "keys")
            made.path.mkdir(mode=0o700)
            made._write(f"{AUTHORITY}.pem", certificate.public_bytes(Encoding.PEM))
            made._write(f"{AUTHORITY}.p12", _packed(key, certificate, authority_passphrase))
            made.rotate(authority_passphrase=authority_passphrase, passphrase=passphrase, at=at)
            made._publish_revoked(key, certificate, {}, at=at)
            if self.path.exists():
                self._take_over(made)
            else:
                made.path.rename(self.path)

    def rotate(
        self, *, authority_passphrase: str, passphrase: str, at: datetime
    ) -> SealCertificate:
        """Make another seal certificate, which seals from now on; the others stay published.

        :raises KeyRefused: the authority's key is not here or its passphrase is wrong.
        """
        authority_key, authority = self._authority(authority_passphrase)
        number = max((one.number for one in self.trust().certificates), default=0) + 1
        key = rsa.generate_private_key(65537, BITS)
        certificate = (
            _builder(
                _subject(f"ALIZE, cachet de la plateforme n° {number}"),
                authority.subject,
                key,
                at=at,
                years=SEAL_YEARS,
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
                critical=False,
            )
            .sign(authority_key, hashes.SHA256())
        )
        self._write(f"{_name(number)}.p12", _packed(key, certificate, passphrase))
        self._write(f"{_name(number)}.pem", certificate.public_bytes(Encoding.PEM))
        return self.trust().certificates[0]

    def revoke(self, number: int, *, authority_passphrase: str, at: datetime) -> None:
        """Put a seal certificate on the revocation list: what it seals from now on is refused.

        :raises KeyRefused: no such certificate, or the authority's key cannot be opened.
        """
        key, authority = self._authority(authority_passphrase)
        found = next((one for one in self.trust().certificates if one.number == number), None)
        if found is None:
            raise KeyRefused(f"Il n'y a pas de certificat de cachet n° {number}.")
        revoked = self._revoked()
        revoked.setdefault(found.serial, at)
        self._publish_revoked(key, authority, revoked, at=at)

    def export(self, number: int, *, passphrase: str, export_passphrase: str) -> bytes:
        """A seal key encrypted again, under a passphrase of which two people hold a half each.

        :raises KeyRefused: the key is not here or its passphrase is wrong.
        """
        container = self.path / f"{_name(number)}.p12"
        if not container.exists():
            raise KeyRefused(f"La clé n° {number} n'est pas dans ce dossier.")
        return _packed(*_opened(container.read_bytes(), passphrase), export_passphrase)

    def _authority(self, passphrase: str) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
        container = self.path / f"{AUTHORITY}.p12"
        if not container.exists():
            raise KeyRefused(
                "La clé de l'autorité n'est pas dans ce dossier : remettez-y authority.p12 le "
                "temps de cette commande."
            )
        return _opened(container.read_bytes(), passphrase)

    def _revoked(self) -> dict[int, datetime]:
        path = self.path / REVOKED
        if not path.exists():
            return {}
        listed = x509.load_der_x509_crl(path.read_bytes())
        return {one.serial_number: one.revocation_date_utc for one in listed}

    def _publish_revoked(
        self,
        key: rsa.RSAPrivateKey,
        authority: x509.Certificate,
        revoked: dict[int, datetime],
        *,
        at: datetime,
    ) -> None:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.subject)
            .last_update(at)
            .next_update(authority.not_valid_after_utc)
        )
        for serial, since in revoked.items():
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(since)
                .build()
            )
        self._write(REVOKED, builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))

    def _take_over(self, made: "KeyFolder") -> None:
        """Fill a folder that was there, such as a volume, unless another process was first."""
        if not self.exists():
            last = f"{AUTHORITY}.pem"
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


def _certificate(path: Path, revoked: dict[int, datetime]) -> SealCertificate:
    pem = path.read_bytes()
    read = x509.load_pem_x509_certificate(pem)
    return SealCertificate(
        number=int(path.stem.rpartition("-")[2]),
        serial=read.serial_number,
        fingerprint=read.fingerprint(hashes.SHA256()).hex(),
        from_on=read.not_valid_before_utc,
        until=read.not_valid_after_utc,
        revoked_at=revoked.get(read.serial_number),
        pem=pem,
    )


def _subject(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "ALIZE"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, *, at: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=round(365.25 * years)))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*allowed: str) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{one: one in allowed for one in every})


def _packed(key: rsa.RSAPrivateKey, certificate: x509.Certificate, passphrase: str) -> bytes:
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(passphrase.encode())
    )
    return pkcs12.serialize_key_and_certificates(b"alize", key, certificate, None, encryption)


def _opened(container: bytes, passphrase: str) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(container, passphrase.encode())
    except ValueError as error:
        raise KeyRefused("La phrase secrète n'ouvre pas cette clé.") from error
    if not isinstance(key, rsa.RSAPrivateKey) or certificate is None:
        raise KeyRefused("Ce fichier ne contient pas une clé de cachet.")
    return key, certificate


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
