"""Circuits of signature of the last weeks: some under way, some sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO

import pikepdf
from django.core.files.base import ContentFile

from alize.accounts.models import Person
from alize.demo.story.scene import Scene, at
from conventions import operations as conventions
from conventions import tasks
from conventions.enums import SignerCapacity
from conventions.models import Amendment, CooperationConvention
from signatures import operations as signatures
from signatures.models import Circuit, CircuitSigner

PHONE = signatures.Trace("192.0.2.17", "Mozilla/5.0 (Android 16; Mobile) Firefox/146.0")
MONTH = timedelta(days=30)


@dataclass
class Signing:
    """How a frozen convention is signed."""

    scene: Scene

    @property
    def operator(self) -> Person:
        return self.scene.people.operator

    @property
    def second(self) -> Person:
        """Whoever confirms what the operator uploads."""
        return self.scene.people.by_key["tresorier"]

    def half(self, convention: CooperationConvention, on: date) -> None:
        """Partners sign from their account; the operator on paper, the owner is still expected."""
        circuit = self._launch(convention, on, paper=[SignerCapacity.OPERATOR])
        partners = circuit.signers.filter(
            capacity__in=[SignerCapacity.COMPANY.label, SignerCapacity.FOLLOW_UP_LEAD.label]
        )
        *signing, delegating = partners.order_by("rank")
        for rank, signer in enumerate(signing, start=1):
            self._sign(signer, at(on + timedelta(days=rank), 9))
        self.paper(circuit, on + timedelta(days=1), confirmed=False)
        signatures.ask_delegation(
            signer_id=delegating.pk,
            delegate=signatures.Delegate(
                "Noémie Valloire",
                "Secrétaire générale",
                "noemie.valloire@example.org",
                starts_on=date(on.year, 1, 1),
            ),
            mandate=a_scan("délégation"),
            at=at(on + timedelta(days=3)),
            trace=PHONE,
        )
        owner = circuit.signers.get(capacity=SignerCapacity.OWNER.label)
        signatures.remind(signer_id=owner.pk, by=None, at=at(on + timedelta(days=5)))

    def whole(self, convention: CooperationConvention, on: date) -> None:
        """Everybody signs on paper at a ceremony, in two copies; the document is then sealed."""
        circuit = self._launch(convention, on, paper=list(SignerCapacity))
        for days in (2, 3):
            self.paper(circuit, on + timedelta(days=days))
        moment = at(on + timedelta(days=4))
        signatures.seal_circuit(circuit_id=circuit.pk, at=moment)
        conventions.conclude(convention_id=convention.pk, by=self.operator, at=moment)

    def amended(self, amendment: Amendment, on: date) -> None:
        """Its parties and who joins have all signed it on paper: the worker seals it next."""
        self._frozen(amendment, on)
        launched = conventions.launch_amendment(
            amendment_id=amendment.pk,
            expires_on=on + MONTH,
            paper=range(len(amendment.snapshot["signers"])),
            by=self.operator,
            at=at(on, 10),
        )
        circuit = Circuit.objects.get(pk=launched.circuit_id)
        for days in (1, 2):
            self.paper(circuit, on + timedelta(days=days))

    def _frozen(self, amendment: Amendment, on: date) -> None:
        conventions.freeze_amendment(amendment_id=amendment.pk, by=self.operator, at=at(on))
        tasks.render_amendment(at=at(on), amendment_id=amendment.pk, by_id=self.operator.pk)
        amendment.refresh_from_db()

    def ceremony(self, amendment: Amendment, on: date, *, until: date) -> None:
        """Two partners sign an amendment from their account, the others soon, all together.

        `until` is the term of what it amends.
        """
        asked = {"amendment_id": amendment.pk, "by": self.operator}
        self._frozen(amendment, on)
        launched = conventions.launch_amendment(
            **asked,
            expires_on=min(on + MONTH, until),
            message="Signez en ligne si vous ne pouvez pas venir à la préfecture.",
            at=at(on + timedelta(days=1)),
        )
        circuit = Circuit.objects.get(pk=launched.circuit_id)
        for signer in circuit.signers.order_by("rank")[:2]:
            self._sign(signer, at(on + timedelta(days=2), 9))
        signatures.announce_ceremony(
            circuit_id=circuit.pk,
            starts_at=at(min(self.scene.today + timedelta(days=9), until)),
            place=f"Préfecture, {self.scene.territory.towns[0][1]}",
            by=self.operator,
            at=at(on + timedelta(days=3)),
        )

    def _launch(
        self, convention: CooperationConvention, on: date, *, paper: Sequence[SignerCapacity]
    ) -> Circuit:
        tasks.render(at=at(on), convention_id=convention.pk, by_id=self.operator.pk)
        signers = convention.signers.filter(capacity__in=paper)
        launched = conventions.launch(
            convention_id=convention.pk,
            expires_on=on + MONTH,
            paper=set(signers.values_list("pk", flat=True)),
            by=self.operator,
            at=at(on),
        )
        return launched.circuit

    def _sign(self, signer: CircuitSigner, moment: datetime) -> None:
        signatures.sign_signed_in(
            signer_id=signer.pk,
            signature=signatures.Signature(
                code="", typed_name=signer.name, function="", consents=True
            ),
            by=Person.objects.get(email=signer.email),
            at=moment,
            trace=PHONE,
        )

    def paper(self, circuit: Circuit, on: date, *, confirmed: bool = True) -> None:
        """One copy signed by those of this order who sign on paper."""
        signing = circuit.signers.filter(status="INVITED", on_paper=True)
        scan = signatures.record_paper(
            circuit_id=circuit.pk,
            signer_ids=list(signing.values_list("pk", flat=True)),
            signed_on=on,
            scan=a_scan("exemplaire signé"),
            by=self.operator,
            at=at(on, 16),
        )
        if confirmed:
            signatures.confirm_paper(
                circuit_id=circuit.pk, scan_id=scan.pk, by=self.second, at=at(on, 17)
            )


def a_scan(name: str) -> ContentFile:
    """A sheet of paper, scanned."""
    pdf, written = pikepdf.new(), BytesIO()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.save(written)
    return ContentFile(written.getvalue(), name=f"{name}.pdf")
