"""A document being signed, for the addresses of its circuit."""

from datetime import datetime, timedelta
from typing import Any

from alize.documents.models import GeneratedDocument
from signatures import operations
from signatures.operations import Mandate, SignerFacts
from tests.matrix.files import stored


def objects_of_a_circuit(
    document: GeneratedDocument, crew: Any, mark: str, now: datetime
) -> dict[str, Any]:
    """A circuit with somebody who is expected and delegates, and a paper to confirm."""
    people = {
        f"Anne {mark}": crew.member,
        f"Luc {mark}": crew.member,
        f"Zoé {mark}": crew.president,
    }
    act = stored(mark, now)
    circuit = operations.launch(
        document=document,
        title=f"Essai {mark}",
        summary=[("Montant", "1 €")],
        signers=[
            SignerFacts(
                name=name,
                function="Direction",
                organisation=f"Maison {mark}",
                email=person.email,
                capacity="Partenaire",
                mandate=Mandate("Délégation de signature", act.sha256),
            )
            for name, person in people.items()
        ],
        expires_on=now.date() + timedelta(days=30),
        effect="signatures.expire",
        by=crew.operator,
        at=now,
    )
    expected, on_paper, president = circuit.signers.order_by("rank")
    on_paper.status, on_paper.scan, on_paper.paper_on = "PAPER", stored(mark, now), now.date()
    on_paper.recorded_at, on_paper.recorded_by = now, crew.member
    on_paper.save()
    delegation = expected.delegations.create(
        name=f"Eva {mark}",
        function="Direction",
        email=crew.president.email,
        mandate=stored(mark, now),
        starts_on=now.date(),
        asked_at=now,
    )
    return {
        "circuit": circuit,
        "signer": expected,
        "paper_signer": on_paper,
        "president_signer": president,
        "delegation": delegation,
    }
