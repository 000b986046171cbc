"""What we ask of pyHanko, which is imported nowhere else: a seal, and a reading of signatures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms, pem, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import (
    ModificationLevel,
    PdfSignatureStatus,
    SignatureCoverageLevel,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from alize.seals import certificates
from alize.seals.sealing import Since

FIELD = "Cachet"
READ_AS = "Cachet de la plateforme ALIZE"
SEALER = "Plateforme ALIZE"
RESERVED = 8192
"""Hexadecimal digits kept for the seal: its certificate and a signature of 3 072 bits, twice."""
SEAL_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


class _Key(signers.Signer):
    """Our key, open; pyHanko's own signer would check its primes again at each signature."""

    def __init__(self, pair: certificates.Pair) -> None:
        self._key, certificate = pair
        super().__init__(
            signing_cert=x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
            cert_registry=SimpleCertificateStore(),
        )

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Sign; called once, with SHA-256."""
        return self._key.sign(data, PKCS1v15(), hashes.SHA256())


class _SealerAt(signers.PdfSigner):
    """Seals at a given moment; pyHanko would read the clock."""

    at: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


def sealed(
    pdf: bytes, *, container: bytes, passphrase: str, reason: str, location: str, at: datetime
) -> bytes | None:
    """The PDF with one certifying signature that allows no change.

    Nothing when the passphrase does not open the key.
    """
    try:
        key = _Key(certificates.unpack(container, passphrase))
    except certificates.KeyRefused:
        return None
    sealer = _SealerAt(
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            name=SEALER,
            reason=reason,
            location=location,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        ),
        key,
        # Out of the page, it needs no tag to be accessible: hidden, it would be archived no more.
        new_field_spec=fields.SigFieldSpec(
            FIELD,
            invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True),
            readable_field_name=READ_AS,
        ),
    )
    sealer.at = at
    # Told the room it takes, pyHanko does not sign twice to measure it.
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    return sealer.sign_pdf(writer, bytes_reserved=RESERVED).getvalue()


@dataclass(frozen=True)
class Reading:
    """One signature of a PDF, as read today."""

    fingerprint: str
    is_intact: bool
    is_whole: bool
    is_trusted: bool
    """Whether its certificate comes from one of the authorities given, valid at its own date."""
    signed_at: datetime | None
    signer: str
    issuer: str
    """Whom its certificate names, and who delivered it: as written there, not as trusted."""
    since: Since


class _Reader(PdfFileReader):
    """Reads once what an object stream holds; pyHanko would again for each object in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._held: dict[int, tuple[bytes, dict[tuple[int, int], int]]] = {}
        super().__init__(*args, **kwargs)

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        """The object, where the header of its stream says it is; else whatever pyHanko makes."""
        if stmnum not in self._held:
            self._held[stmnum] = self._places(generic.Reference(stmnum, 0, self).get_object())
        content, places = self._held[stmnum]
        place = places.get((idx, idnum))
        if place is not None:
            stream = BytesIO(content)
            stream.seek(place)
            read = generic.read_object(stream, generic.Reference(idnum, 0, self))
            if not isinstance(read, generic.StreamObject | generic.IndirectObject):
                return read
        return super()._get_object_from_stream(idnum, stmnum, idx)

    @staticmethod
    def _places(stream: generic.StreamObject) -> tuple[bytes, dict[tuple[int, int], int]]:
        """Its content, and where each object begins in it, by rank and number."""
        content, first = stream.read_data(DecodePurpose.OBJECT_STREAM), int(stream["/First"])
        numbers = [int(one) for one in content[:first].split()]
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return content, {(rank, one): first + at for rank, (one, at) in enumerate(pairs)}


LONGEST = 120
"""How much of a name that a stranger wrote is shown."""


def readings(
    pdf: bytes, authorities: Sequence[bytes], *, compares: bool = True
) -> Iterator[Reading]:
    """Every signature of a PDF, in their order; raises whatever a hostile file makes it raise.

    What was added after a signature is compared with what it covers, unless told otherwise.
    """
    for signature in _Reader(BytesIO(pdf)).embedded_regular_signatures:
        yield _reading(signature, pdf, authorities, compares=compares)


def _reading(
    signature: EmbeddedPdfSignature, pdf: bytes, authorities: Sequence[bytes], *, compares: bool
) -> Reading:
    signed_at = signature.self_reported_timestamp
    roots = [x509.Certificate.load(pem.unarmor(one)[2]) for one in authorities]
    # One that forbids any change is broken by whatever follows it, without comparing revisions:
    # of a long convention that takes longer than a stranger's file is given.
    is_final = signature.docmdp_level == fields.MDPPerm.NO_CHANGES
    status = validate_pdf_signature(
        signature,
        skip_diff=is_final or not compares,
        signer_validation_context=ValidationContext(
            trust_roots=roots, moment=signed_at, allow_fetching=False
        ),
        key_usage_settings=SEAL_USAGE,
    )
    return Reading(
        fingerprint=status.signing_cert.sha256.hex(),
        is_intact=status.intact and status.valid,
        is_whole=_is_untouched(status, signature, pdf),
        is_trusted=status.trusted,
        signed_at=signed_at,
        signer=_named(status.signing_cert.subject),
        issuer=_named(status.signing_cert.issuer),
        since=_since(status, signature, pdf, compares=compares or is_final),
    )


def _named(name: x509.Name) -> str:
    """The common name, or the whole one, on one line that can be read."""
    common = name.native.get("common_name")
    words = common if isinstance(common, str) else name.human_friendly
    return "".join(one if one.isprintable() else " " for one in words).strip()[:LONGEST]


def _since(
    status: PdfSignatureStatus, signature: EmbeddedPdfSignature, pdf: bytes, *, compares: bool
) -> Since:
    if _is_untouched(status, signature, pdf):
        return Since.NOTHING
    if not compares and status.coverage == SignatureCoverageLevel.ENTIRE_REVISION:
        return Since.UNKNOWN
    level = status.modification_level
    is_completed = level is not None and level <= ModificationLevel.FORM_FILLING
    return Since.COMPLETED if is_completed else Since.CHANGED


def _is_untouched(status: PdfSignatureStatus, signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    return (
        status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and status.modification_level == ModificationLevel.NONE
        and _is_plain(signature, pdf)
    )


def _is_plain(signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Whether the place of the signature, which it cannot cover, holds it and nothing else.

    It is written in hexadecimal and filled up with zeros: one other byte is a change too.
    """
    content = signature.pkcs7_content
    end = len(cms.ContentInfo.load(content, strict=False).dump())
    start, size, rest, _ = (int(one) for one in signature.byte_range)
    held = pdf[start + size : rest]
    written = content.hex().encode()
    return not any(content[end:]) and held in {b"<%b>" % written, b"<%b>" % written.upper()}
