"""What the public register is told of agreements: amended, replaced, at their term."""

from datetime import date, timedelta

import pytest

from alize.documents.operations import issue_file
from alize.seals.enums import Standing
from basins.enums import Role
from conventions import operations
from conventions.models import Amendment, PartnershipConvention
from conventions.operations import standings
from conventions.operations.standings import tell_founding
from signatures.models import Circuit
from tests.builders import at, make_user

BEGINS, ENDS = date(2024, 1, 1), date(2026, 12, 31)


@pytest.fixture
def told(monkeypatch):
    """What `/verifier/` would be told, by reference, since it was last read."""
    said = {}

    def note(*, document, standing, replaced_by, by, at):
        said[document.reference] = (str(standing), replaced_by)

    monkeypatch.setattr(standings.seals, "set_standing", note)

    def read():
        known = dict(said)
        said.clear()
        return known

    return read


@pytest.fixture
def sealed(in_savoie):
    """The circuit of a text that all have signed and that is sealed."""
    by = make_user(Role.OPERATOR, basin=in_savoie)

    def make(reference):
        documents = [
            issue_file(
                kind=kind,
                reference=reference,
                title=kind,
                content=f"{kind} {reference}".encode(),
                content_type="application/pdf",
                extension="pdf",
                as_of=BEGINS,
                target=by,
                by=by,
                at=at(2024, 1, 1),
            )
            for kind in ("texte", "texte-scelle", "preuves")
        ]
        return Circuit.objects.create(
            document=documents[0],
            title=reference,
            bundle="11111111-1111-4111-8111-111111111111",
            status="SEALED",
            expires_on=BEGINS,
            launched_at=at(2024, 1, 1),
            launched_by=by,
            completed_at=at(2024, 1, 1),
            sealed_at=at(2024, 1, 1),
            sealed_document=documents[1],
            evidence=documents[2],
        )

    return make


@pytest.fixture
def convention(sealed):
    """A convention in force with its annex 3."""
    return PartnershipConvention.objects.create(
        number=1,
        starts_on=BEGINS,
        ends_on=ENDS,
        status="SIGNED",
        signed_on=BEGINS,
        circuit=sealed("CP-SAV-001"),
        operator_circuit=sealed("COL-SAV-001"),
    )


def amended(convention, circuit, **fields):
    return Amendment.objects.create(
        convention=convention,
        reason="x",
        takes_effect_on=date(2025, 6, 1),
        status="SIGNED",
        signed_on=date(2025, 5, 1),
        circuit=circuit,
        **fields,
    )


def test_each_text_is_told_of_once_when_the_day_comes(convention, sealed, told):
    assert operations.tell_standings(at=at(2025, 1, 1)) == 0
    amended(convention, sealed("CP-SAV-001-A1"), number=1)
    assert operations.tell_standings(at=at(2025, 5, 31)) == 0
    assert operations.tell_standings(at=at(2025, 6, 1)) == 1
    assert told() == {"CP-SAV-001": ("AMENDED", "CP-SAV-001-A1")}
    assert operations.tell_standings(at=at(2025, 6, 2)) == 0
    # A new term is that of the operator convention too (R59).
    amended(convention, sealed("CP-SAV-001-A2"), number=2, new_ends_on=ENDS)
    tell_founding(by=None, at=at(2025, 6, 3))
    assert told() == {
        "CP-SAV-001": ("AMENDED", "CP-SAV-001-A2"),
        "COL-SAV-001": ("AMENDED", "CP-SAV-001-A2"),
    }
    assert operations.tell_standings(at=at(2027, 1, 1)) == 4
    assert set(told().values()) == {(str(Standing.EXPIRED), "")}


def test_a_renewal_replaces_each_text_from_its_beginning(convention, sealed, told):
    PartnershipConvention.objects.create(
        number=2,
        renews=convention,
        starts_on=ENDS + timedelta(days=1),
        ends_on=date(2029, 12, 31),
        status="SIGNED",
        signed_on=date(2026, 12, 1),
    )
    tell_founding(by=None, at=at(2026, 12, 1))
    assert told() == {}
    operations.tell_standings(at=at(2027, 1, 1))
    assert told() == {
        "CP-SAV-001": ("REPLACED", "CP-SAV-002"),
        "COL-SAV-001": ("REPLACED", "COL-SAV-002"),
    }
