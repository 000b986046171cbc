"""What waits for the signature of somebody signed in."""

from dataclasses import dataclass

from django.db.models import QuerySet

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from signatures.enums import CircuitStatus, SignerStatus
from signatures.models import CircuitSigner
from signatures.queries.reading import ToRead, to_read


@dataclass(frozen=True)
class BatchLine:
    """One signature to give, and the documents that this person opens before."""

    pk: int
    reference: str
    title: str
    summary: str
    until: str
    documents: list[ToRead]
    open_url: str


def expected_of(person: Person) -> QuerySet[CircuitSigner]:
    """The signatures expected of a person now, known by their address."""
    return CircuitSigner.objects.filter(
        email__iexact=person.email,
        status=SignerStatus.INVITED,
        circuit__status=CircuitStatus.OPEN,
    )


def waiting_for(person: Person) -> list[BatchLine]:
    """The documents that wait for somebody, the first to end first."""
    expected = expected_of(person).select_related("circuit__document")
    signers = list(expected.order_by("circuit__expires_on", "pk"))
    documents = to_read(signers)
    return [
        BatchLine(
            pk=signer.pk,
            reference=signer.circuit.document.reference,
            title=signer.circuit.title,
            summary=" · ".join(value for _, value in signer.circuit.summary[:2]),
            until=short_date(signer.circuit.expires_on),
            documents=documents[signer.pk],
            open_url=basin_reverse("batch_open", signer_id=signer.pk),
        )
        for signer in signers
    ]
