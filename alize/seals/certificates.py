"""Makes certificates, and packs private keys so that only their passphrase opens them."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from alize.common.errors import Refusal

AUTHORITY_YEARS, SEAL_YEARS = 10, 3
BITS = 3072
ROUNDS = 200_000  # of the derivation of a key from its passphrase

Pair = tuple[rsa.RSAPrivateKey, x509.Certificate]


class KeyRefused(Refusal):
    """A key is missing, cannot be opened, or is not what was asked for."""


def new_authority(number: int, *, at: datetime) -> Pair:
    """A key and the certificate of an authority that it signs by itself."""
    key = rsa.generate_private_key(65537, BITS)
    name = _subject(f"ALIZE, autorité privée de cachet n° {number}")
    builder = _builder(name, name, key, at=at, until=_after(at, AUTHORITY_YEARS))
    return key, (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(key, hashes.SHA256())
    )


def new_seal(number: int, authority: Pair, *, at: datetime) -> Pair:
    """A key and the certificate that lets it seal, given by an authority, which it never outlives.

    :raises KeyRefused: the authority is over.
    """
    until = min(_after(at, SEAL_YEARS), authority[1].not_valid_after_utc)
    if until <= at:
        raise KeyRefused(
            "L'autorité qui délivre les certificats de cachet a pris fin : remplacez-la par "
            "« seal_keys renew »."
        )
    key, (authority_key, issuer) = rsa.generate_private_key(65537, BITS), authority
    name = _subject(f"ALIZE, cachet de la plateforme n° {number}")
    builder = _builder(name, issuer.subject, key, at=at, until=until)
    of_authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return key, (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(of_authority, critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def revocation_list(revoked: dict[int, datetime], authority: Pair, *, at: datetime) -> bytes:
    """The serial numbers revoked and since when, signed by the authority, DER."""
    key, issuer = authority
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(at)
        .next_update(issuer.not_valid_after_utc)
    )
    for serial, since in revoked.items():
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(one.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def is_delivered_by(pem: bytes, authority: Pair) -> bool:
    """Whether a certificate was signed by an authority."""
    try:
        x509.load_pem_x509_certificate(pem).verify_directly_issued_by(authority[1])
    except (ValueError, InvalidSignature):
        return False
    return True


def pack(pair: Pair, passphrase: str) -> bytes:
    """A key and its certificate as an encrypted PKCS#12."""
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(passphrase.encode())
    )
    return pkcs12.serialize_key_and_certificates(b"alize", *pair, None, encryption)


def unpack(container: bytes, passphrase: str) -> Pair:
    """What `pack` packed.

    :raises KeyRefused: the passphrase is wrong, or this is no key of ours.
    """
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(container, passphrase.encode())
    except ValueError as error:
        raise KeyRefused("La phrase secrète n'ouvre pas cette clé.") from error
    if not isinstance(key, rsa.RSAPrivateKey) or certificate is None:
        raise KeyRefused("Ce fichier ne contient pas une clé de cachet.")
    return key, certificate


def _subject(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "ALIZE"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, *, at: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _after(at: datetime, years: int) -> datetime:
    return at + timedelta(days=round(365.25 * years))


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
