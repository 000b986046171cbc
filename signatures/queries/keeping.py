"""What proves the circuits of a basin, read again every month."""

from collections.abc import Iterator

from django.db.models import Q

from alize.common.words import of
from alize.documents.models import StoredFile
from alize.seals.keeping import Kept, is_as_it_was
from signatures.models import Circuit, CircuitSigner, Delegation
from signatures.queries.evidence import verify


def kept() -> Iterator[Kept]:
    """The document of each circuit, its dossier de preuve, its papers and its chain of events.

    A paper that serves in several circuits is read once, under the first (signature.md 6.5).
    """
    read: set[int] = set()
    for key in list(Circuit.objects.order_by("pk").values_list("pk", flat=True)):
        circuit = Circuit.objects.select_related("document", "evidence").get(pk=key)
        name = of(circuit.document.reference)
        yield Kept(f"le document présenté à la signature {name}", is_as_it_was(circuit.document))
        if circuit.evidence:
            yield Kept(f"le dossier de preuve {name}", is_as_it_was(circuit.evidence))
        for what, paper in _papers(circuit):
            if paper.pk not in read:
                read.add(paper.pk)
                yield Kept(f"{what} {name}", is_as_it_was(paper))
        yield Kept(f"la chaîne des événements {name}", verify(circuit) is None)


def _papers(circuit: Circuit) -> Iterator[tuple[str, StoredFile]]:
    """The copies signed on paper or elsewhere, and the acts that mandate the signers."""
    signers = CircuitSigner.objects.filter(circuit=circuit)
    for scan in StoredFile.objects.filter(pk__in=signers.values("scan")):
        yield "un exemplaire signé", scan
    delegations = Delegation.objects.filter(signer__circuit=circuit)
    acts = Q(pk__in=delegations.values("mandate"))
    for act in StoredFile.objects.filter(acts | Q(sha256__in=signers.values("mandate_sha256"))):
        yield "l'acte d'un mandat", act
