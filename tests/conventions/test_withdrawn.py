"""A company that gives up while its convention is prepared or signed: nobody is left waiting."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from alize.seals.enums import Standing
from alize.seals.models import SealStanding
from basins.enums import Role
from basins.homes import Visitor
from basins.tenancy import national
from conventions import operations
from conventions.home import conventions_room
from conventions.models import CooperationConvention
from conventions.queries import conventions_visible_to
from conventions.screen import convention_screen
from projects import operations as projects
from projects.models import Project
from signatures import operations as signatures
from signatures.operations import Delegate, Trace
from signatures.rules import last_deadline
from tests.builders import make_user, withdraw
from tests.conftest import VisitorClient
from tests.conventions.conftest import signed_on_paper
from tests.conventions.documents import with_document
from tests.signatures.acts import scan
from tests.signatures.conftest import link_of, token_of
from tests.words import plain


@pytest.fixture
def acts(scene):
    """What the operator asks today of the convention of the scene."""
    now = timezone.now()
    asked = {"by": scene.operator, "at": now}

    def prepare():
        return operations.prepare_convention(decision_id=scene.decision.pk, **asked)

    def freeze(convention):
        frozen = operations.freeze(convention_id=convention.pk, **asked)
        return with_document(frozen, now)

    def launch(convention):
        paper = convention.signers.filter(email="").values_list("pk", flat=True)
        until = last_deadline(timezone.localdate(now))
        return operations.launch(
            convention_id=convention.pk, expires_on=until, paper=set(paper), **asked
        )

    def sign(convention):
        return signed_on_paper(scene, convention, on=timezone.localdate(now), at=now)

    def withdraw():
        reason = "La société renonce"
        projects.withdraw(project_id=scene.project.pk, reason=reason, **asked)

    return SimpleNamespace(
        prepare=prepare, freeze=freeze, launch=launch, sign=sign, withdraw=withdraw, asked=asked
    )


def read(convention) -> CooperationConvention:
    return CooperationConvention.objects.select_related("circuit").get(pk=convention.pk)


@pytest.mark.parametrize("reached", ["draft", "frozen", "signing"])
def test_what_waits_is_cancelled_with_the_file(scene, acts, run_outbox, reached):
    convention = acts.prepare()
    if reached != "draft":
        convention = acts.freeze(convention)
    if reached == "signing":
        convention = acts.launch(convention)
    acts.withdraw()
    run_outbox()
    convention = read(convention)
    assert convention.status == "CANCELLED"
    if reached == "signing":
        assert convention.circuit.status == "CANCELLED"
        with national():
            told = set(Mail.objects.filter(code="M47").values_list("to_email", flat=True))
        invited = convention.circuit.signers.filter(status="INVITED").exclude(email="")
        assert told == set(invited.values_list("email", flat=True)) != set()


@pytest.mark.parametrize("code", ["M39", "M13"])
def test_who_withdrew_from_the_file_hears_nothing_of_its_signature(scene, acts, run_outbox, code):
    """SD5."""
    convention = acts.launch(acts.freeze(acts.prepare()))
    other = make_user(Role.OPERATOR, basin=scene.basin)
    withdraw(scene.project, scene.operator)
    signer = convention.circuit.signers.filter(status="INVITED").exclude(email="").first()
    asked = {"signer_id": signer.pk, "at": timezone.now(), "trace": Trace()}
    if code == "M39":
        signatures.ask_correction(comment="Mon nom est mal écrit.", **asked)
    else:
        link = link_of(signer, when=timezone.now())
        signatures.refuse(reason="Le lot a changé.", link=link, **asked)
    run_outbox()
    with national():
        told = set(Mail.objects.filter(code=code).values_list("to_email", flat=True))
    assert other.email in told
    assert scene.operator.email not in told


@pytest.mark.parametrize("reached", ["waiting", "draft", "signing"])
def test_who_withdrew_from_the_file_reads_nothing_of_its_convention(
    scene, acts, client_as, reached
):
    """SD5: as the pages of the file itself."""
    pages = ["/bassins/savoie/", basin_reverse("convention_list")]
    if reached != "waiting":
        convention = acts.prepare()
        pages.append(basin_reverse("convention_detail", reference=convention.reference))
    if reached == "signing":
        convention = acts.launch(acts.freeze(convention))
        pages.append(basin_reverse("circuit_detail", circuit_id=convention.circuit_id))
    operator = client_as(Role.OPERATOR, user=scene.operator)
    named = [scene.project.beneficiary.name, scene.project.reference.removeprefix("2026-")]

    def says(page):
        answer = operator.get(page)
        return answer.status_code == 200 and any(word in plain(answer) for word in named)

    assert all(says(page) for page in pages)
    withdraw(scene.project, scene.operator)
    assert not any(says(page) for page in pages)
    url = basin_reverse("convention_prepare", decision_reference=scene.decision.reference)
    assert operator.post(url).status_code == 404


def test_the_prefecture_reads_no_signed_convention_of_a_file_it_withdrew_from(
    scene, acts, run_outbox
):
    """SD5: none of one's roles gives back what a withdrawal takes."""
    convention = acts.sign(acts.freeze(acts.prepare()))
    run_outbox()
    prefect = make_user(Role.PREFECTURE, basin=scene.basin)
    visitor = Visitor(prefect, frozenset({Role.PREFECTURE}), timezone.localdate())
    assert convention in conventions_visible_to(visitor)
    withdraw(scene.project, prefect)
    assert convention not in conventions_visible_to(visitor)


def test_who_signs_reads_it_whatever_the_vote(scene, acts, client_as):
    """Security.md 2.2: S, with no « n »."""
    convention = acts.launch(acts.freeze(acts.prepare()))
    withdraw(scene.project, scene.president)
    president = client_as(Role.PRESIDENT, user=scene.president)
    for page in (
        basin_reverse("convention_detail", reference=convention.reference),
        basin_reverse("circuit_detail", circuit_id=convention.circuit_id),
    ):
        assert president.get(page).status_code == 200


@pytest.mark.parametrize("gone", ["withdrawn", "closed"])
def test_whoever_signs_is_told_to_ask_an_operator_who_may_answer(scene, acts, gone):
    convention = acts.launch(acts.freeze(acts.prepare()))
    signer = convention.circuit.signers.filter(status="INVITED").exclude(email="").first()
    other = make_user(Role.OPERATOR, basin=scene.basin)
    page = reverse("signing_page", kwargs={"token": token_of(signer, when=timezone.now())})

    def named():
        said = plain(VisitorClient().get(page))
        return scene.operator.email in said, other.email in said

    assert named() == (True, False)
    if gone == "withdrawn":
        withdraw(scene.project, scene.operator)
    else:
        with national():
            Person.objects.filter(pk=scene.operator.pk).update(is_active=False)
    assert named() == (False, True)


@pytest.mark.parametrize(
    ("act", "said"),
    [("correct", "Mon nom est mal écrit"), ("delegate", "Aucune autre personne du bassin")],
)
def test_once_its_only_operator_withdrew_astrees_hears_of_its_signature(
    scene, acts, run_outbox, act, said
):
    with national():
        staff = make_user(Role.NATIONAL_STAFF)
    convention = acts.launch(acts.freeze(acts.prepare()))
    withdraw(scene.project, scene.operator)
    signer = convention.circuit.signers.filter(status="INVITED").exclude(email="").first()
    asked = {"signer_id": signer.pk, "at": timezone.now(), "trace": Trace()}
    if act == "correct":
        signatures.ask_correction(comment="Mon nom est mal écrit.", **asked)
    else:
        other = Delegate("Paul Petit", "Secrétaire", "paul@example.org", timezone.localdate(), None)
        signatures.ask_delegation(delegate=other, mandate=scan(), **asked)
    run_outbox()
    with national():
        (mail,) = Mail.objects.filter(code="M39")
    assert (mail.to_email, said in mail.text) == (staff.email, True)


@pytest.mark.parametrize("act", ["freeze", "launch"])
def test_nothing_goes_on_for_a_file_that_waits_for_no_convention(scene, acts, act):
    convention = acts.prepare()
    if act == "launch":
        acts.freeze(convention)
    Project.objects.filter(pk=scene.project.pk).update(status="WITHDRAWN", end_reason="Vendue")
    with pytest.raises(ActionDenied, match="« Retiré »"):
        getattr(acts, act)(convention)


def test_signed_by_all_before_it_is_sealed_it_never_is(scene, acts, run_outbox):
    convention = acts.sign(acts.freeze(acts.prepare()))
    acts.withdraw()
    operations.cancel_withdrawn(project_id=scene.project.pk, **acts.asked)
    run_outbox()
    convention = read(convention)
    assert (convention.status, convention.circuit.status) == ("CANCELLED", "CANCELLED")


def test_sealed_it_has_no_effect_and_may_be_cancelled(scene, acts, run_outbox):
    convention = acts.sign(acts.freeze(acts.prepare()))
    Project.objects.filter(pk=scene.project.pk).update(status="READY")
    run_outbox()
    convention = read(convention)
    assert (convention.status, convention.circuit.status) == ("SIGNING", "SEALED")
    with pytest.raises(ActionDenied, match="« Prêt pour le comité »"):
        operations.conclude(convention_id=convention.pk, **acts.asked)
    roles = frozenset({Role.OPERATOR})
    visitor = Visitor(person=scene.operator, roles=roles, on=timezone.localdate())
    company = scene.project.beneficiary.name
    labels = [todo.label for _, todo in conventions_room(visitor).todos]
    assert [label for label in labels if label.startswith("Annuler") and company in label]
    header = convention_screen(convention, visitor).header
    assert "Annuler la convention" in [action.label for action in header.others]
    assert header.action.label == "Suivre la signature"
    operations.cancel(convention_id=convention.pk, **acts.asked)
    run_outbox()
    assert read(convention).status == "CANCELLED"
    with national():
        assert SealStanding.objects.get().standing == Standing.VOID
        told = set(Mail.objects.filter(code="M47").values_list("to_email", flat=True))
    signed = convention.circuit.signers.exclude(email="")
    assert told == set(signed.values_list("email", flat=True))
