"""The founding convention of a basin from its draft to its signature, as tests need it."""

from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from basins.enums import Role
from conventions import operations
from conventions.documents.partnership import KIND, OPERATOR_KIND
from conventions.models import PartnershipConvention
from signatures import operations as signatures
from signatures.rules import last_deadline
from tests.builders import at, make_user
from tests.committees.test_packs import a_pdf
from tests.conventions.documents import made

TODAY = date(2026, 3, 12)


STARTS = date(2027, 1, 1)


HOME = "/bassins/savoie/conventions/partenariat/"


def drafted(basin, *, starts_on: date = STARTS, when: datetime | None = None):
    """A first convention of the partners of a basin, that lacks nothing."""
    asked = {"by": basin.operator, "at": when or at()}
    convention = operations.prepare_partnership(starts_on=starts_on, **asked)
    return operations.save_section(
        convention_id=convention.pk,
        values={
            "territory": "tout le département de la Savoie",
            "specific_objectives": "Élargir le cercle des entreprises partenaires",
            "insertion": "Les offres sont signalées aux structures d'insertion.",
            "distant_jobseekers": "Un recrutement sur dix leur est réservé.",
            "alternation": "Les entreprises se partagent les contrats.",
            "employment_service": "France Travail siège au comité local.",
            "chair": basin.partners["Préfecture de la Savoie"],
            "chaired_by": "le préfet de la Savoie",
        },
        **asked,
    )


def frozen(basin, draft):
    """Frozen, the documents of both of its texts made without laying them out."""
    operations.freeze_partnership(convention_id=draft.pk, by=basin.operator, at=at())
    draft.refresh_from_db()
    number = f"SAV-{draft.number:03}"
    draft.document = made(draft, at(), kind=KIND, reference=f"CP-{number}")
    draft.operator_document = made(draft, at(), kind=OPERATOR_KIND, reference=f"COL-{number}")
    draft.save(update_fields=["document", "operator_document"])
    return draft


def launched(basin, convention):
    """Being signed, for as long as a test takes."""
    operations.launch_partnership(
        convention_id=convention.pk,
        expires_on=last_deadline(timezone.localdate()),
        by=basin.operator,
        at=timezone.now(),
    )
    return PartnershipConvention.objects.get(pk=convention.pk)


def signed(convention, **fields):
    """A convention already signed, without its circuit."""
    begins = fields.get("starts_on", convention.starts_on)
    signed_on = min(begins, timezone.localdate())
    values = {"status": "SIGNED", "signed_on": signed_on, **fields}
    PartnershipConvention.objects.filter(pk=convention.pk).update(**values)
    convention.refresh_from_db()
    return convention


def sign_on_paper(basin, circuit):
    """Everybody signs at the ceremony, the presidency last; two persons say so."""
    now = timezone.now()
    other = make_user(Role.FINANCE, basin=basin.basin)
    for order in sorted(set(circuit.signers.values_list("order", flat=True))):
        waiting = circuit.signers.filter(order=order).values_list("pk", flat=True)
        scan = signatures.record_paper(
            circuit_id=circuit.pk,
            signer_ids=list(waiting),
            signed_on=timezone.localdate(now),
            scan=SimpleUploadedFile("signé.pdf", a_pdf(1)),
            by=basin.operator,
            at=now,
        )
        signatures.confirm_paper(circuit_id=circuit.pk, scan_id=scan.pk, by=other, at=now)
