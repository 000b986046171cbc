"""De minimis aid: what counts for one undertaking, the room left, the certificate."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pypdfium2
import pytest

from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from alize.common.words import grouped
from alize.documents import storage
from alize.documents.models import GeneratedDocument
from funds import operations, queries
from funds.models import DeclaredAid, FundSettings
from funds.queries.ahead import Promise
from funds.queries.aid import weight
from projects.models import Beneficiary
from tests.builders import at, make_decision, make_project
from tests.words import plain

TODAY = date(2026, 7, 25)
SIREN, OTHER, THIRD = "552100554", "732829320", "404833048"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2026, 7, 25))


def company(siren: str, name: str = "Menuiserie Dupré", nic: str = "00013") -> Beneficiary:
    return Beneficiary.objects.create(name=name, siret=siren + nic)


def chosen() -> FundSettings:
    """The basin weighs its advances by their grant equivalent."""
    return FundSettings.objects.create(pk=1, aid_basis="EQUIVALENT")


def declare(till, beneficiary: Beneficiary, **changes) -> DeclaredAid:
    values = {
        "grantor": "Région",
        "purpose": "Investissement",
        "company": "",
        "siren": "",
        "amount": 10_000_000,
        "granted_on": date(2025, 1, 30),
        "by": till.operator,
        "at": at(2026, 7, 20),
        "command_key": uuid4(),
        **changes,
    }
    return operations.declare_aid(beneficiary_id=beneficiary.pk, **values)


def test_the_same_form_with_another_purpose_is_another_aid(till):
    beneficiary, key = company("552100554"), uuid4()
    first = declare(till, beneficiary, command_key=key)
    assert declare(till, beneficiary, command_key=key) == first
    with pytest.raises(AlreadyUsed):
        declare(till, beneficiary, command_key=key, purpose="Embauche")


def room(beneficiary: Beneficiary, on: date = TODAY, settings: FundSettings | None = None) -> int:
    return queries.aid_register(beneficiary, settings or FundSettings(), on=on).room


class TestRoom:
    def test_t14_day_by_day(self, till):
        dupre = company(SIREN)
        declare(till, dupre, granted_on=date(2024, 1, 30))
        declare(till, dupre, granted_on=date(2025, 6, 1), amount=15_000_000)
        assert room(dupre, date(2027, 1, 29)) == 5_000_000
        assert room(dupre, date(2027, 1, 30)) == 15_000_000

    def test_ours_count_from_the_signature_and_before_it(self, till):
        project = make_project(beneficiary=company(SIREN))
        make_decision(project=project, amount=2_000_000)
        assert room(project.beneficiary) == 28_000_000
        assert room(project.beneficiary, date(2026, 3, 11)) == 30_000_000
        signed = till.contracted(project=make_project(beneficiary=project.beneficiary))
        register = queries.aid_register(project.beneficiary, FundSettings(), on=TODAY)
        assert register.room == 27_000_000
        assert [(grant.granted_on, grant.is_signed) for grant in register.grants] == [
            (signed.contracted_on, True),
            (date(2026, 3, 12), False),
        ]

    def test_the_grant_equivalent_is_a_choice_of_the_basin(self, till):
        chosen()
        beneficiary = company(SIREN)
        advance = till.contracted(
            project=make_project(beneficiary=beneficiary),
            amount=2_000_000,
            lines=30,
            grace_months=6,
        )
        settings = FundSettings()
        weight = queries.weight_of(advance, settings)
        assert abs(Decimal(weight) - 202_661) < 500  # T14, another day of the year
        assert room(beneficiary, settings=settings) == 30_000_000 - weight

    def test_an_advance_keeps_the_weight_of_its_convention(self, till):
        terms = {"amount": 3_000_000, "lines": 8, "grace_months": 3, "step_months": 3}
        decided = make_decision(**terms)
        settings, on = chosen(), decided.decided_on
        promise = Promise(3_000_000, 8, 3, 3)
        expected = weight(queries.aid_terms(settings), promise, on=on)
        assert room(decided.project.beneficiary, settings=settings) == 30_000_000 - expected
        advance = till.contracted(project=make_project(beneficiary=company(SIREN)), **terms)
        before = queries.weight_of(advance, settings)
        assert before < 3_000_000
        dearer = FundSettings(aid_basis="EQUIVALENT", reference_rate=400)
        assert weight(queries.aid_terms(dearer), promise, on=on) > expected
        for other in (dearer, FundSettings(aid_basis="NOMINAL")):
            assert queries.weight_of(advance, other) == before

    def test_what_is_left_after_a_renunciation_still_weighs(self, till):
        """Too little for lines in whole tens of euros: they are in cents."""
        chosen()
        advance = till.contracted(amount=2_000_000, lines=30)
        advance.renounced_amount, advance.rounding_unit = 1_980_000, 1_000
        assert 0 < queries.weight_of(advance, FundSettings()) < 20_000

    def test_establishments_and_declared_companies_are_one_undertaking(self, till):
        first, second = company(SIREN), company(SIREN, "Dupré Pose", "00021")
        linked, stranger = company(OTHER, "Dupré Bois"), company(THIRD, "Autre")
        declare(till, first, company="Dupré Bois", siren=OTHER, amount=1_000_000)
        till.contracted(project=make_project(beneficiary=linked))
        for one in (first, second, linked):
            assert room(one) == 28_000_000
        assert room(stranger) == 30_000_000
        assert queries.aid_register(linked, FundSettings(), on=TODAY).sirens == {SIREN, OTHER}

    def test_companies_without_a_number_are_not_mixed(self, till):
        first = Beneficiary.objects.create(name="Sans numéro")
        second = Beneficiary.objects.create(name="Sans numéro non plus")
        declare(till, first)
        assert (room(first), room(second)) == (20_000_000, 30_000_000)

    def test_what_is_withdrawn_no_longer_counts(self, till):
        dupre = company(SIREN)
        aid = declare(till, dupre)
        operations.withdraw_aid(aid_id=aid.pk, by=till.operator, at=at(2026, 7, 21))
        assert room(dupre) == 30_000_000
        with pytest.raises(ActionDenied, match="déjà retirée"):
            operations.withdraw_aid(aid_id=aid.pk, by=till.operator, at=at(2026, 7, 21))

    def test_an_aid_to_come_or_half_a_company_is_refused(self, till):
        dupre = company(SIREN)
        with pytest.raises(InvalidInput, match="pas encore accordée"):
            declare(till, dupre, granted_on=date(2026, 7, 21))
        with pytest.raises(InvalidInput, match="son nom et son SIREN"):
            declare(till, dupre, siren=OTHER)


class TestScreens:
    @pytest.fixture
    def project(self, till):
        return make_project(beneficiary=company(SIREN), amount_asked=2_200_000, status="READY")

    def page(self, project) -> str:
        return f"/bassins/savoie/fonds/minimis/{project.reference}/"

    def test_the_room_is_shown_before_the_decision(self, operator, till, project):
        declare(till, project.beneficiary, amount=27_900_000)
        panel = operator.get(f"/bassins/savoie/dossiers/{project.reference}/avance/")
        assert "elle dépasserait le plafond" in plain(panel)
        page = plain(operator.get(self.page(project), {"au": "2028-01-30"}))
        assert "300 000 €" in page
        assert "Ne compte plus" in page

    def test_an_aid_is_declared_then_withdrawn(self, operator, project):
        form = {
            "grantor": "Bpifrance",
            "amount": "20 000",
            "granted_on": "12/03/2026",
            "siren": "732 829 320",
            "command_key": str(uuid4()),
        }
        wrong = operator.post(f"{self.page(project)}declarer/", form)
        assert wrong.status_code == 422
        assert "son nom et son SIREN" in plain(wrong)
        form |= {"company": "Dupré Bois"}
        assert operator.post(f"{self.page(project)}declarer/", form).url == self.page(project)
        page = plain(operator.get(self.page(project)))
        assert "280 000 €" in page
        assert "Jusqu'au 11/03/2029" in page
        aid = DeclaredAid.objects.get()
        withdrawal = f"{self.page(project)}{aid.pk}/retirer/"
        assert "Bpifrance" in plain(operator.get(withdrawal))
        assert operator.post(withdrawal).url == self.page(project)
        assert "300 000 €" in plain(operator.get(self.page(project)))

    def test_the_company_gets_a_certificate_once_the_convention_is_signed(self, operator, till):
        advance = till.contracted(project=make_project(beneficiary=company(SIREN)))
        page = plain(operator.get(self.page(advance.project)))
        assert "Attestation (PDF)" in page
        url = f"/bassins/savoie/fonds/avances/{advance.reference}/minimis/"
        answer = operator.post(url)
        document = GeneratedDocument.objects.get(kind="attestation-minimis")
        assert str(document.pk) in answer.url
        with storage.opened(document.key) as file, pypdfium2.PdfDocument(file.read()) as pdf:
            pages = [page.get_textpage().get_text_bounded() for page in pdf]
        words = re.sub(r"\s+", " ", " ".join(pages))
        assert "2023/2831" in words
        assert f"SIRET {grouped(advance.project.beneficiary.siret)}" in words
        assert "290 000 €" in words
        waiting = till.granted(project=make_project(beneficiary=company(OTHER)))
        refused = operator.post(
            f"/bassins/savoie/fonds/avances/{waiting.reference}/minimis/", follow=True
        )
        assert "une fois la convention signée" in plain(refused)
