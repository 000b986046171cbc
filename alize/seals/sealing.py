"""Seals a PDF and checks a seal (PAdES); no database (signature.md 6.3 and 6.6).

pyHanko is imported at the first need: the web process never needs it.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from alize.common.errors import Refusal
from alize.seals import keys
from alize.seals.assembly import Attachment, assemble

if TYPE_CHECKING:
    from alize.seals.pades import Reading

__all__ = ["Attachment", "Outside", "SealFailed", "SealFinding", "Since", "check", "seal"]

logger = logging.getLogger("alize.seals")


class SealFailed(Refusal):
    """The document is signed but not sealed; nothing was kept and the work is tried again."""


class Since(StrEnum):
    """What became of a file since one of its signatures."""

    NOTHING = "NOTHING"
    COMPLETED = "COMPLETED"
    CHANGED = "CHANGED"
    UNKNOWN = "UNKNOWN"
    """Something was added, that nobody has compared with what was signed."""


@dataclass(frozen=True)
class Outside:
    """A signature made outside the tool: what it says, and whether what it covers is intact.

    Nobody here judges whether to trust who delivered its certificate.
    """

    signer: str
    issuer: str
    signed_at: datetime | None
    is_intact: bool
    since: Since


@dataclass(frozen=True)
class SealFinding:
    """What a file says of its seal."""

    is_sealed: bool = False
    """Whether it carries a signature at all, readable or not."""
    is_intact: bool = False
    """Whether the bytes that were signed are the very same."""
    is_whole: bool = False
    """Whether nothing was added after the signature."""
    is_ours: bool = False
    """Whether an authority of ours delivered the certificate, neither expired nor revoked."""
    signed_at: datetime | None = None
    fingerprint: str = ""
    """SHA-256 of the certificate, in hexadecimal."""
    outside: tuple[Outside, ...] = ()
    """The signatures that are not ours."""

    @property
    def is_genuine(self) -> bool:
        """Whether we sealed the file and nobody has touched it since."""
        return self.is_sealed and self.is_intact and self.is_whole and self.is_ours

    @property
    def is_broken(self) -> bool:
        """Whether we sealed it and somebody has changed it since."""
        return self.is_ours and not (self.is_intact and self.is_whole)


def seal(
    *,
    original: bytes,
    sheet: bytes,
    attachments: Sequence[Attachment],
    reason: str,
    location: str,
    at: datetime,
) -> bytes:
    """The pages of `original` unchanged, those of `sheet`, the files, and one seal over them all.

    `original.pdf` is attached by itself. The seal forbids any later change and is checked at once.

    :raises SealFailed: no key can seal at that moment, or the seal does not check.
    """
    try:
        key = keys.folder(at).current(at)
        assembled = assemble(original=original, sheet=sheet, attachments=attachments, at=at)
        sealed = _signed(assembled, key, reason=reason, location=location, at=at)
        finding = check(sealed)
    except Refusal as refusal:
        raise SealFailed(refusal.reason) from refusal
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        logger.exception("seals.failed")
        raise SealFailed(
            "Le document n'a pas pu être scellé : il reste signé, et le scellement sera repris."
        ) from error
    if not finding.is_genuine or finding.fingerprint != key.certificate.fingerprint:
        logger.error("seals.not_genuine", extra={"finding": repr(finding)})
        raise SealFailed(
            "Le cachet apposé ne se vérifie pas : le document reste signé, non scellé. "
            "Prévenez l'assistance."
        )
    return sealed


def _signed(
    assembled: bytes, key: keys.SealKey, *, reason: str, location: str, at: datetime
) -> bytes:
    from alize.seals import pades

    sealed = pades.sealed(
        assembled,
        container=key.container,
        passphrase=settings.SEAL_PASSPHRASE,
        reason=reason,
        location=location,
        at=at,
    )
    if sealed is None:
        raise keys.KeyRefused("La phrase secrète n'ouvre pas la clé de cachet de ce serveur.")
    return sealed


def check(pdf: bytes, trust: keys.Trust | None = None, *, compares: bool = True) -> SealFinding:
    """What the seal of a PDF is worth today; any bytes at all may be given.

    `trust` is what is published on this server unless given. What was added after a signature made
    elsewhere is compared with what it covers, which may take long, unless told otherwise.

    A seal made before its certificate expired or was revoked keeps its worth (signature.md 6.5).
    """
    trust = trust or keys.folder().trust()
    if b"/ByteRange" not in pdf:
        return _unreadable(pdf, trust)
    try:
        return _read(pdf, trust, compares=compares)
    except SoftTimeLimitExceeded:  # it says nothing of the file
        raise
    except Exception:  # a file made to harm raises what it likes
        logger.info("seals.unreadable", exc_info=True)
        return _unreadable(pdf, trust)


_COVERED = re.compile(
    rb"/ByteRange\s{0,9}\[\s{0,9}\d{1,12}\s{1,9}\d{1,12}\s{1,9}(\d{1,12})\s{1,9}(\d{1,12})"
)
"""What a signature covers after its own place: from where, over how many bytes."""


def added_to(pdf: bytes, trust: keys.Trust) -> SealFinding | None:
    """What a file that takes too much to be read still tells: ours, with something added to it.

    Nothing when it names none of our certificates, or when a signature covers it to its end.
    """
    ends = [int(start) + int(size) for start, size in _COVERED.findall(pdf)]
    found = _unreadable(pdf, trust)
    return found if found.is_ours and ends and max(ends) < len(pdf) else None


def _unreadable(pdf: bytes, trust: keys.Trust) -> SealFinding:
    """A signature that no longer reads was ours when it still names one of our certificates.

    It does so twice, by a number drawn at random: a change cannot hit both by chance.
    """
    written = pdf.lower()
    for certificate in trust.certificates:
        if b"%x" % certificate.serial in written:
            return SealFinding(is_sealed=True, is_ours=True, fingerprint=certificate.fingerprint)
    return SealFinding(is_sealed=b"/ByteRange" in pdf)


def _read(pdf: bytes, trust: keys.Trust, *, compares: bool) -> SealFinding:
    from alize.seals import pades

    authorities = [one.pem for one in trust.authorities]
    read = list(pades.readings(pdf, authorities, compares=compares))
    findings = [_finding(one, trust) for one in read]
    outside = tuple(
        Outside(one.signer, one.issuer, one.signed_at, one.is_intact, one.since)
        for one in read
        if trust.named(one.fingerprint) is None
    )
    ours = (one for one in findings if one.is_ours)
    found = next(ours, findings[0] if findings else _unreadable(pdf, trust))
    return replace(found, outside=outside)


def _finding(reading: "Reading", trust: keys.Trust) -> SealFinding:
    certificate = trust.named(reading.fingerprint)
    return SealFinding(
        is_sealed=True,
        is_intact=reading.is_intact,
        is_whole=reading.is_whole,
        # Of a broken signature nothing but the certificate can be believed.
        is_ours=certificate is not None
        and (
            not reading.is_intact
            or (
                reading.is_trusted
                and reading.signed_at is not None
                and certificate.may_seal(reading.signed_at)
            )
        ),
        signed_at=reading.signed_at,
        fingerprint=reading.fingerprint,
    )
