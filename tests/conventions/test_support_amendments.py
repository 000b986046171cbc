"""Amendments of a cooperation convention: what changes, who signs, when it takes effect."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from conventions import operations, queries
from conventions.documents.agreements import amendment_snapshot, preview_amendment
from conventions.documents.cooperation_amendment import changes
from conventions.models import Amendment, CooperationConvention, ToldStanding
from conventions.operations import Lent, SupportTerms
from conventions.queries import amended
from conventions.queries.partnership import amendment_reference_of
from funds.models import Advance
from funds.operations.schedules import write_schedule
from funds.rules import Installment, ScheduleReason
from partners.models import Contact
from projects import operations as projects
from projects.models import Project
from signatures import operations as signatures
from tests.builders import make_accepted, make_contact, make_partner, make_person, make_seat
from tests.conventions.conftest import NEVER, signed_on_paper, with_document
from tests.conventions.founding import sign_on_paper

HOME = "/bassins/savoie/conventions/"


@pytest.fixture
def convention(scene, run_outbox) -> CooperationConvention:
    """Signed by all today, its company labelled."""
    now = timezone.now()
    asked = {"by": scene.operator, "at": now}
    convention = operations.prepare_convention(decision_id=scene.decision.pk, **asked)
    convention = operations.freeze(convention_id=convention.pk, **asked)
    with_document(convention, now)
    signed_on_paper(scene, convention, on=timezone.localdate(now), at=now)
    run_outbox()
    return CooperationConvention.objects.get(pk=convention.pk)


@pytest.fixture
def newcomer(scene):
    """A company that has signed nothing of the convention."""
    partner = make_partner(name="Forges du Lac")
    make_contact(partner, person=make_person(first_name="Nora", last_name="Vidal"))
    return partner


def save(scene, convention, amendment=None, **terms) -> Amendment:
    reason = terms.pop("reason", "Le comité a décidé une nouvelle intervention.")
    return operations.save_support_amendment(
        convention_id=convention.pk,
        amendment_id=amendment.pk if amendment else None,
        reason=reason,
        terms=SupportTerms(**terms),
        by=scene.operator,
        at=timezone.now(),
    )


def freeze(scene, amendment) -> Amendment:
    now = timezone.now()
    operations.freeze_amendment(amendment_id=amendment.pk, by=scene.operator, at=now)
    amendment.refresh_from_db()
    reference = amendment_reference_of(amendment)
    return with_document(amendment, now, kind="cooperation_amendment", reference=reference)


def launch(scene, amendment) -> Amendment:
    signers = len(amendment.snapshot["signers"])
    return operations.launch_amendment(
        amendment_id=amendment.pk,
        expires_on=NEVER,
        paper=set(range(signers)),
        at_once=True,
        by=scene.operator,
        at=timezone.now(),
    )


def signed(scene, amendment, run_outbox) -> Amendment:
    launched = launch(scene, freeze(scene, amendment))
    sign_on_paper(scene, launched.circuit)
    run_outbox()
    amendment.refresh_from_db()
    return amendment


def plan(scene, convention, *, decision=None):
    """A moratorium that the committee accepted on the advance, and its schedule."""
    advance = Advance.objects.get(decision=convention.decision)
    today = timezone.localdate()
    decision = decision or make_accepted(convention.decision, ScheduleReason.MORATORIUM)
    lines = [
        Installment(1, today + timedelta(days=200), 1_500_000),
        Installment(2, today + timedelta(days=230), 500_000),
    ]
    return write_schedule(
        advance,
        no=advance.schedule_versions.count() + 1,
        effective_on=today,
        opening=None,
        reason=ScheduleReason.MORATORIUM,
        lines=lines,
        decision_id=decision.pk,
        by=scene.operator,
        at=timezone.now(),
    )


def words(said) -> str:
    text = json.dumps(said, ensure_ascii=False)
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


# -- What it changes ---------------------------------------------------------------------------


def test_signed_by_all_it_changes_what_the_convention_says(scene, convention, newcomer, run_outbox):
    before = amended.content_of(convention)
    lead = make_person(first_name="Paul", last_name="Roch")
    contact = make_contact(newcomer, person=lead, signs=False)
    until = before.ends_on + timedelta(days=184)
    amendment = save(
        scene,
        convention,
        skills=[
            Lent(scene.mill.pk, Decimal("5"), "Implantation d'atelier"),
            Lent(newcomer.pk, Decimal("4"), "Traitement thermique"),
        ],
        jobs_created=before.jobs_created + 1,
        jobs_retained=before.jobs_retained,
        lead_id=contact.pk,
        new_ends_on=until,
        changes="Un point mensuel avec le dirigeant.",
    )
    assert (amendment.number, amendment.takes_effect_on) == (1, None)
    assert list(amendment.incoming.all()) == [newcomer]
    assert amendment.jobs_retained is None  # as the convention says
    assert amended.content_of(convention) == before
    signed(scene, amendment, run_outbox)
    convention = CooperationConvention.objects.get(pk=convention.pk)
    after = amended.content_of(convention)
    assert [(one.organisation, one.days) for one in after.skills] == [
        ("Papeterie des Bauges", Decimal("5.0")),
        ("Forges du Lac", Decimal("4.0")),
    ]
    assert (after.jobs_created, after.ends_on) == (before.jobs_created + 1, until)
    assert after.lead == "Paul Roch (Forges du Lac)"
    assert (amendment.status, amendment.takes_effect_on) == ("SIGNED", timezone.localdate())
    project = Project.objects.get(pk=convention.project_id)
    assert (project.follow_up_lead.pk, project.support_until) == (lead.pk, until)
    # The end that was planned is put off.
    planned = timezone.now() + timedelta(days=560)
    assert not projects.end_support(project_id=project.pk, at=planned)
    assert projects.end_support(project_id=project.pk, at=planned + timedelta(days=365))


def test_the_parties_of_the_convention_sign_it_and_who_joins(scene, convention, newcomer):
    amendment = save(
        scene, convention, skills=[Lent(newcomer.pk, Decimal("4"), "Traitement thermique")]
    )
    lines = amendment_snapshot(amendment, on=timezone.localdate())["signers"]
    assert [(line["organisation"], line["name"], line["order"]) for line in lines] == [
        (scene.project.beneficiary.name, "Dominique Petit", 1),
        ("Énergie des Alpes", "Bruno Favre", 1),
        ("Forges du Lac", "Nora Vidal", 1),
        ("Papeterie des Bauges", "Anne Blanc", 1),
        ("Caisse de Tarentaise", "Hélène Garin", 1),
        ("Comité d'agrément ALIZE Savoie", "Claude Roux", 2),
        ("CCI de la Savoie", "Alix Morel", 1),
    ]


def test_the_document_says_each_article_before_and_after(scene, convention, newcomer):
    until = amended.content_of(convention).ends_on + timedelta(days=30)
    amendment = save(
        scene,
        convention,
        skills=[Lent(newcomer.pk, Decimal("4"), "Traitement thermique")],
        new_ends_on=until,
    )
    said = words(amendment_snapshot(amendment, on=timezone.localdate()))
    assert "Objet de l'avenant n° 1" in said
    assert convention.reference in said
    assert "Et ceux qui rejoignent la convention" in said
    assert "Papeterie des Bauges, 3,5 jours (Implantation d'atelier)" in said
    assert "Forges du Lac, 4 jours (Traitement thermique) ; 4 jours au total" in said
    assert "Annexe" not in said
    assert [words(article) for article, _, _ in changes(amendment)] == [
        '"Article 2. Moyens humains"',
        '"Article 6. Durée, terme"',
    ]
    assert preview_amendment(amendment, on=timezone.localdate()).startswith(b"%PDF")


def test_frozen_it_keeps_what_it_changed(scene, convention, run_outbox):
    more = amended.content_of(convention).jobs_created + 2
    amendment = signed(scene, save(scene, convention, jobs_created=more), run_outbox)
    [(_, before, after)] = changes(amendment)
    assert before != after
    assert after.startswith(str(more).partition(".")[0])


def test_an_amendment_that_changes_nothing_is_refused(scene, convention):
    content = amended.content_of(convention)
    as_it_is = [Lent(one.partner_id, one.days, one.topic) for one in content.skills]
    amendment = save(
        scene,
        convention,
        skills=as_it_is,
        jobs_created=content.jobs_created,
        lead_id=Contact.objects.get(person=scene.lead).pk,
    )
    assert (amendment.amends_skills, amendment.follow_up_lead) == (False, None)
    with pytest.raises(ActionDenied, match="ne change rien"):
        operations.freeze_amendment(amendment_id=amendment.pk, by=scene.operator, at=timezone.now())


# -- When it may be prepared -------------------------------------------------------------------


def test_a_convention_that_is_not_signed_is_not_amended(scene):
    draft = operations.prepare_convention(
        decision_id=scene.decision.pk, by=scene.operator, at=timezone.now()
    )
    with pytest.raises(ActionDenied, match="signée de tous"):
        save(scene, draft, changes="x")


def test_the_second_waits_for_the_first(scene, convention, run_outbox):
    first = save(scene, convention, changes="Un point mensuel.")
    with pytest.raises(ActionDenied, match="L'avenant n° 1 n'est pas encore signé"):
        save(scene, convention, changes="Deux points.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.create(cooperation=convention, number=2, reason="x")
    signed(scene, first, run_outbox)
    second = save(scene, convention, changes="Deux points par mois.")
    said = words(amendment_snapshot(second, on=timezone.localdate()))
    assert (second.number, "déjà été modifiée par l'avenant n° 1" in said) == (2, True)


def test_the_new_term_follows_the_old_one(scene, convention):
    with pytest.raises(InvalidInput, match="suit l'ancien"):
        save(scene, convention, new_ends_on=amended.content_of(convention).ends_on)


def test_the_same_company_is_not_lent_twice(scene, convention):
    twice = [Lent(scene.mill.pk, Decimal("1"), topic) for topic in ("Achats", "Qualité")]
    with pytest.raises(InvalidInput, match="deux lignes"):
        save(scene, convention, skills=twice)


@pytest.mark.parametrize("ending", ["cancelled", "refused"])
def test_given_up_it_leaves_the_convention_as_it_was(scene, convention, newcomer, ending):
    before = amended.content_of(convention)
    lending = [Lent(newcomer.pk, Decimal("4"), "Traitement thermique")]
    launched = launch(scene, freeze(scene, save(scene, convention, skills=lending)))
    asked = {"by": scene.operator, "at": timezone.now()}
    if ending == "refused":
        signatures.cancel(circuit_id=launched.circuit.pk, reason="Un refus", **asked)
        with pytest.raises(ActionDenied, match="L'avenant n° 1"):
            save(scene, convention, changes="x")
    operations.cancel_amendment(amendment_id=launched.pk, **asked)
    assert amended.content_of(convention) == before
    assert save(scene, convention, changes="Autre chose.").number == 2


def test_once_the_support_is_over_only_the_schedule_changes(scene, convention, monkeypatch):
    version = plan(scene, convention)
    Project.objects.filter(pk=convention.project_id).update(status="REVIEW_DUE")
    with pytest.raises(ActionDenied, match="n'est pas remboursée"):
        save(scene, convention, schedule_id=version.pk)
    monkeypatch.setattr(amended, "owed", lambda advance: 2_000_000)
    with pytest.raises(InvalidInput, match="que l'échéancier"):
        save(scene, convention, jobs_created=Decimal("9"))
    assert save(scene, convention, schedule_id=version.pk).schedule == version


# -- Register, readers -------------------------------------------------------------------------


def test_the_register_is_told_that_the_convention_is_amended(scene, convention, run_outbox):
    signed(scene, save(scene, convention, changes="Un point mensuel."), run_outbox)
    last = ToldStanding.objects.get(document=convention.circuit.sealed_document)
    assert (last.standing, last.replaced_by) == ("AMENDED", f"{convention.reference}-A1")
    later = timezone.now() + timedelta(days=600)
    assert operations.tell_standings(at=later) == 2
    assert operations.tell_standings(at=later) == 0


def test_a_member_of_a_company_that_joins_sees_the_convention(
    scene, convention, newcomer, run_outbox
):
    member = make_person(first_name="Nora", last_name="Siège")
    make_seat(partner=newcomer, holder=member)
    seen = queries.conventions_visible_to(member, frozenset({Role.MEMBER}))
    assert not seen.filter(pk=convention.pk).exists()
    lending = [Lent(newcomer.pk, Decimal("4"), "Traitement thermique")]
    amendment = signed(scene, save(scene, convention, skills=lending), run_outbox)
    assert seen.all().filter(pk=convention.pk).exists()
    roles = frozenset({Role.MEMBER})
    assert queries.amendments_visible_to(member, roles).filter(pk=amendment.pk).exists()


# -- The schedule that the committee accepted --------------------------------------------------


def test_the_new_schedule_is_the_annex_of_the_amendment(scene, convention, run_outbox):
    version = plan(scene, convention)
    assert amended.schedules_to_sign(convention) == [version]
    amendment = save(scene, convention, schedule_id=version.pk)
    assert amended.schedules_to_sign(convention) == []
    said = words(amendment_snapshot(amendment, on=timezone.localdate()))
    assert version.decision.reference in said
    assert "Nouvel échéancier de l'avance" in said
    assert "20 000 € (vingt mille euros)" in said
    assert "deux échéances, du" in said
    operations.cancel_amendment(amendment_id=amendment.pk, by=scene.operator, at=timezone.now())
    assert amended.schedules_to_sign(convention) == [version]
    again = signed(scene, save(scene, convention, schedule_id=version.pk), run_outbox)
    assert amended.schedules_to_sign(convention) == []
    with pytest.raises(InvalidInput, match="déjà l'annexe"):
        save(scene, convention, schedule_id=version.pk)
    assert again.schedule == version


# -- Its pages ---------------------------------------------------------------------------------


@pytest.fixture
def operator(client_as, scene):
    return client_as(Role.OPERATOR, user=scene.operator)


def typed(scene, **changes) -> dict:
    """The form as it opens, its lines kept."""
    return {
        "reason": "Une nouvelle intervention",
        "changes": "",
        "lead": "",
        "jobs_created": "",
        "jobs_retained": "",
        "new_ends_on": "",
        "command_key": str(uuid4()),
        "skills-TOTAL_FORMS": "3",
        "skills-INITIAL_FORMS": "2",
        "skills-0-partner": scene.mill.pk,
        "skills-0-days": "3,5",
        "skills-0-topic": "Implantation d'atelier",
        "skills-1-partner": scene.dam.pk,
        "skills-1-days": "2",
        "skills-1-topic": "Achats d'énergie",
        "skills-2-partner": "",
        "skills-2-days": "",
        "skills-2-topic": "",
        **changes,
    }


def page(response) -> str:
    return words(response.content.decode())


def test_the_form_opens_on_what_the_convention_says(operator, scene, convention):
    said = page(operator.get(f"{HOME}{convention.reference}/avenant/"))
    assert "Implantation d" in said
    assert "L'échéancier ne change pas" not in said


def test_typed_twice_it_is_one_and_its_page_says_before_and_after(operator, scene, convention):
    url = f"{HOME}{convention.reference}/avenant/"
    sent = typed(scene, **{"skills-1-DELETE": "on", "skills-0-days": "6"})
    for _ in range(2):
        response = operator.post(url, sent)
    amendment = Amendment.objects.get(cooperation=convention)
    assert response.url == f"{HOME}avenants/{amendment.pk}/"
    said = page(operator.get(response.url))
    assert "Papeterie des Bauges, 6 jours" in said
    assert "Papeterie des Bauges, 3,5 jours" in said
    # The next one waits.
    assert operator.get(url).url == f"{HOME}{convention.reference}/"
    edit = f"{response.url}modifier/"
    assert "Implantation d" in page(operator.get(edit))
    assert operator.post(edit, typed(scene, changes="Un point mensuel.")).status_code == 302
    amendment.refresh_from_db()
    assert (amendment.amends_skills, amendment.changes) == (False, "Un point mensuel.")
    for act in ("geler", "annuler", "projet", "copie"):
        assert operator.get(f"{response.url}{act}/").status_code == 200
    assert operator.get(f"{response.url}lancer/").status_code == 302
    assert operator.post(f"{response.url}annuler/").url == f"{HOME}{convention.reference}/"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "obligatoire"),
        ({"new_ends_on": "01/01/2020"}, "suit l'ancien"),
        ({"new_ends_on": "31/02/2027"}, "31"),
        ({"jobs_created": "beaucoup"}, "écrivez-le comme 2,5"),
        ({"skills-0-days": "0"}, "supérieure"),
        ({"skills-1-partner": "0"}, "choix"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    operator, scene, convention, changes, sentence
):
    sent = typed(scene, **{"changes": "Un point mensuel.", **changes})
    response = operator.post(f"{HOME}{convention.reference}/avenant/", sent)
    assert response.status_code == 422
    assert sentence in page(response).replace("&#x27;", "'")
    assert "Un point mensuel." in page(response)
    assert not Amendment.objects.exists()


def test_a_company_on_two_lines_is_refused_in_words(operator, scene, convention):
    sent = typed(scene, **{"skills-1-partner": scene.mill.pk})
    response = operator.post(f"{HOME}{convention.reference}/avenant/", sent)
    assert (response.status_code, "deux lignes" in page(response)) == (422, True)


def test_amended_the_convention_says_so(operator, client_as, scene, convention, run_outbox):
    more = amended.content_of(convention).jobs_created + 2
    amendment = save(scene, convention, jobs_created=more)
    launched = launch(scene, freeze(scene, amendment))
    assert operator.get(f"{HOME}avenants/{amendment.pk}/").status_code == 200
    sign_on_paper(scene, launched.circuit)
    run_outbox()
    said = page(operator.get(f"{HOME}{convention.reference}/"))
    assert "Modifiée par l'avenant n° 1 du" in said.replace("&#x27;", "'")
    assert f"{HOME}avenants/{amendment.pk}/" in said
    prefect = client_as(Role.PREFECTURE)
    shown = page(prefect.get(f"{HOME}avenants/{amendment.pk}/"))
    assert "Ce qu'il change" not in shown.replace("&#x27;", "'")


def test_who_does_not_see_the_convention_does_not_see_its_amendment(client_as, scene, convention):
    amendment = save(scene, convention, changes="Un point mensuel.")
    url = f"{HOME}avenants/{amendment.pk}/"
    found = {
        role: client_as(role).get(url).status_code
        for role in (Role.MEMBER, Role.PREFECTURE, Role.AUDITOR)
    }
    assert found == {Role.MEMBER: 404, Role.PREFECTURE: 404, Role.AUDITOR: 200}


def test_the_page_of_the_advance_proposes_the_amendment(operator, scene, convention, run_outbox):
    version = plan(scene, convention)
    advance = f"/bassins/savoie/fonds/avances/{version.advance.reference}/"
    url = f"{HOME}{convention.reference}/avenant/?echeancier={version.pk}"
    said = page(operator.get(advance))
    assert ("À signer" in said, url in said) == (True, True)
    form = page(operator.get(url)).replace("&#x27;", "'")
    assert f"Par sa décision {version.decision.reference} du" in form
    sent = typed(scene, schedule=version.pk)
    operator.post(url, sent)
    amendment = Amendment.objects.get(schedule=version)
    said = page(operator.get(advance))
    assert (url in said, f"{HOME}avenants/{amendment.pk}/" in said) == (False, True)
    assert "À signer" in said
    signed(scene, amendment, run_outbox)
    said = page(operator.get(advance))
    assert ("À signer" in said, "Signé par tous" in said) == (False, True)
