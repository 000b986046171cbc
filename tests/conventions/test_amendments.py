"""Amendments: signed by all and by who joins, cancelled, refused."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.dates import long_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.models import Mail
from basins.enums import Role
from basins.tenancy import national
from conventions import operations
from conventions.documents import agreements as documents
from conventions.enums import AgreementStatus
from conventions.queries import lines_on
from conventions.queries import partnership as queries
from conventions.rules.partnership import Standing
from signatures import operations as signatures
from signatures import permissions as circuit_permissions
from signatures.enums import CircuitStatus
from signatures.models import Circuit
from signatures.queries import told_of_the_end
from tests.builders import at, make_contact, make_partner, publish_text
from tests.conventions.documents import with_document
from tests.conventions.founding import sign_on_paper, signed
from tests.words import plain


def amendment_of(convention, basin, **fields):
    values = {
        "reason": "Une entreprise rejoint le partenariat",
        "takes_effect_on": date(2026, 4, 1),
        "new_ends_on": None,
        "changes": "",
        "incoming": (),
        **fields,
    }
    return operations.save_amendment(
        convention_id=convention.pk, amendment_id=None, by=basin.operator, at=at(), **values
    )


def test_an_amendment_is_signed_by_all_and_by_who_joins_from_its_effect(draft, basin, run_outbox):
    now, day, year = timezone.now(), timezone.localdate(), timedelta(days=365)
    convention = signed(draft, starts_on=day - year, ends_on=day + year)
    newcomer = make_partner(name="Nouvelle", joined_on=day - timedelta(days=9))
    make_contact(newcomer)
    amendment = operations.save_amendment(
        convention_id=convention.pk,
        amendment_id=None,
        reason="Une entreprise rejoint le partenariat",
        takes_effect_on=day - timedelta(days=3),
        new_ends_on=None,
        changes="",
        incoming=[newcomer.pk],
        by=basin.operator,
        at=now,
    )
    asked = {"amendment_id": amendment.pk, "by": basin.operator, "at": now}
    operations.freeze_amendment(**asked)
    assert operations.reopen_amendment(**asked).status == AgreementStatus.DRAFT
    operations.freeze_amendment(**asked)
    run_outbox()
    amendment.refresh_from_db()
    names = [line["organisation"] for line in amendment.snapshot["signers"]]
    assert (len(names), "Nouvelle" in names) == (9, True)
    assert amendment.document.reference == "CP-SAV-001-A1"
    operations.launch_amendment(
        amendment_id=amendment.pk,
        expires_on=day + timedelta(days=30),
        paper=set(range(9)),
        by=basin.operator,
        at=now,
    )
    amendment.refresh_from_db()
    sign_on_paper(basin, amendment.circuit)
    run_outbox()
    amendment.refresh_from_db()
    newcomer.refresh_from_db()
    assert (amendment.status, amendment.signed_on) == ("SIGNED", day)
    # A partner already: what it gave before it joined this convention stays its own.
    assert newcomer.joined_on == day - timedelta(days=9)
    assert convention.partners.filter(pk=newcomer.pk).exists()
    fresh = queries.conventions_with_life().get(pk=convention.pk)
    assert queries.standing_of(fresh, on=day) == Standing.AMENDED


def test_an_amendment_that_somebody_else_wrote_meanwhile_is_compared(draft, basin, client_as):
    op, other, day = client_as(Role.OPERATOR), client_as(Role.OPERATOR), timezone.localdate()
    year = timedelta(days=365)
    amendment = amendment_of(signed(draft, starts_on=day - year, ends_on=day + year), basin)
    page = f"/bassins/savoie/conventions/avenants/{amendment.pk}/modifier/"
    form = op.get(page).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"incoming": []}
    assert other.post(page, sent | {"reason": "Un partenaire s'en va"}).status_code == 302
    compared = op.post(page, sent | {"reason": "Le terme recule"})
    assert compared.status_code == 409
    assert "Le terme recule" in plain(compared)
    assert "en va »" in plain(compared)
    amendment.refresh_from_db()
    assert amendment.reason == "Un partenaire s'en va"
    mark = {"mark": compared.context["form"]["mark"].value()}
    assert op.post(page, sent | {"reason": "Le terme recule"} | mark).status_code == 302


def test_an_amendment_that_changes_nothing_is_refused(draft, basin):
    convention = signed(draft, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31))
    amendment = amendment_of(convention, basin)
    with pytest.raises(ActionDenied, match="ne change rien"):
        operations.freeze_amendment(amendment_id=amendment.pk, by=basin.operator, at=at())


def test_only_a_convention_that_runs_is_amended(draft, basin):
    with pytest.raises(ActionDenied, match="signée et en cours"):
        amendment_of(draft, basin)


def running(draft, **fields):
    """A convention signed that runs for a year more."""
    day, year = timezone.localdate(), timedelta(days=365)
    return signed(draft, starts_on=day - year, ends_on=day + year, **fields)


def frozen_amendment(convention, basin, **fields):
    """Frozen, and its document made without laying it out."""
    now = timezone.now()
    amendment = amendment_of(convention, basin, takes_effect_on=timezone.localdate(), **fields)
    operations.freeze_amendment(amendment_id=amendment.pk, by=basin.operator, at=now)
    amendment.refresh_from_db()
    return with_document(amendment, now, kind="avenant-partenariat", reference="CP-SAV-001-A1")


def test_an_amendment_cancelled_while_it_is_signed_changes_nothing(draft, basin, run_outbox):
    convention = running(draft)
    newcomer = make_partner(name="Nouvelle")
    make_contact(newcomer)
    amendment = frozen_amendment(convention, basin, incoming=[newcomer.pk])
    asked = {"amendment_id": amendment.pk, "by": basin.operator, "at": timezone.now()}
    launched = operations.launch_amendment(expires_on=convention.ends_on, **asked)
    with pytest.raises(ActionDenied, match="déjà en signature"):
        operations.launch_amendment(expires_on=convention.ends_on, **asked)
    named = told_of_the_end(launched.circuit)
    for _ in range(2):
        cancelled = operations.cancel_amendment(**asked)
    assert told_of_the_end(launched.circuit) == []
    assert cancelled.status == AgreementStatus.CANCELLED
    assert launched.circuit.text_title == "Avenant à la convention de partenariat"
    launched.circuit.refresh_from_db()
    assert launched.circuit.status == CircuitStatus.CANCELLED
    for signer in launched.circuit.signers.all():
        assert not circuit_permissions.answer.allows(signer, on=timezone.localdate())
    run_outbox()
    invited = set(launched.circuit.signers.filter(order=1).values_list("email", flat=True))
    with national():
        told = Mail.objects.filter(code="M47").values_list("to_email", flat=True)
        assert set(told) == invited
    assert len(named) == len(invited)
    convention.refresh_from_db()
    assert not convention.partners.filter(pk=newcomer.pk).exists()
    # Its number is not given again.
    assert amendment_of(convention, basin).number == 2


def test_an_amendment_is_signed_until_the_term_of_its_convention(draft, basin, client_as):
    convention = running(draft)
    amendment = frozen_amendment(convention, basin, changes="Un article.")
    asked = {"by": basin.operator, "at": timezone.now()}
    soon, term = timezone.localdate() + timedelta(days=30), convention.ends_on
    late = term + timedelta(days=1)
    with pytest.raises(InvalidInput, match="ce texte se signe ce jour-là au plus"):
        operations.launch_amendment(amendment_id=amendment.pk, expires_on=late, **asked)
    launched = operations.launch_amendment(amendment_id=amendment.pk, expires_on=soon, **asked)
    circuit = launched.circuit
    with pytest.raises(IntegrityError, match="until the term"), transaction.atomic():
        Circuit.objects.filter(pk=circuit.pk).update(expires_on=late)
    page = f"/bassins/savoie/signatures/{circuit.pk}/prolonger/"
    operator = client_as(Role.OPERATOR)
    assert f"au plus tard le {long_date(term)}" in plain(operator.get(page))
    refused = operator.post(page, {"expires_on": f"{late:%d/%m/%Y}"})
    assert refused.status_code == 422
    assert f"Ce document se signe le {long_date(term)} au plus tard" in plain(refused)
    assert f"{late:%d/%m/%Y}" in plain(refused)
    for _ in range(2):
        signatures.extend(circuit_id=circuit.pk, expires_on=term, **asked)
    circuit.refresh_from_db()
    assert circuit.expires_on == term
    with pytest.raises(InvalidInput, match="ne se prolonge plus"):
        signatures.extend(circuit_id=circuit.pk, expires_on=late, **asked)


def words(snapshot: dict) -> str:
    """The words of a snapshot, spaces and apostrophes made plain."""
    said = json.dumps(snapshot, ensure_ascii=False)
    return said.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def test_a_new_term_is_that_of_annex_3_too(draft, basin):
    convention = running(draft)
    asked = {"on": timezone.localdate()}
    later = amendment_of(convention, basin, new_ends_on=convention.ends_on + timedelta(days=365))
    said = words(documents.amendment_snapshot(later, **asked))
    assert "Il en est de même de celui de la convention d'opérateur local, son annexe 3" in said
    operations.cancel_amendment(amendment_id=later.pk, by=basin.operator, at=timezone.now())
    same = amendment_of(convention, basin, changes="Huit séances par an.")
    said = words(documents.amendment_snapshot(same, **asked))
    assert "annexe 3" not in said
    assert "Huit séances par an" in said


def test_an_amendment_whose_text_lacks_a_value_is_not_frozen(draft, basin):
    publish_text("AMENDMENT", "article terme (si terme)", "article terme")
    amendment = amendment_of(running(draft), basin, changes="Huit séances par an.")
    asked = {"amendment_id": amendment.pk, "by": basin.operator, "at": timezone.now()}
    with pytest.raises(ActionDenied, match="pas de valeur pour « nouveau terme"):
        operations.freeze_amendment(**asked)
    amendment.refresh_from_db()
    assert (amendment.status, amendment.snapshot) == (AgreementStatus.DRAFT, None)


def test_who_signs_after_whom_is_chosen_at_the_launch(draft, basin, client_as):
    amendment = frozen_amendment(running(draft), basin, changes="Un article.")
    lines = lines_on(amendment, on=timezone.localdate())
    proposed = {f"order_{rank}": str(line["order"]) for rank, line in enumerate(lines)}
    assert sorted(proposed.values()) == ["1"] * (len(lines) - 1) + ["2"]
    town = next(rank for rank, one in enumerate(lines) if one["organisation"] == "Grand Chambéry")
    page = f"/bassins/savoie/conventions/avenants/{amendment.pk}/lancer/"
    operator = client_as(Role.OPERATOR)
    shown = plain(operator.get(page))
    assert "Rang de signature : Entreprise partenaire, " in shown
    assert shown.count('name="group_') == shown.count('<details class="rank-others">') > 0
    asked = {"expires_on": f"{timezone.localdate():%d/%m/%Y}", "message": "Relisez l'article 2."}
    refused = operator.post(page, asked | proposed | {f"order_{town}": "0"})
    assert refused.status_code == 422
    assert "Relisez l'article 2." in plain(refused)
    waiting = []
    for orders in (
        {},
        proposed,
        dict.fromkeys(proposed, "1"),
        proposed | {f"order_{town}": "3"},
        {"group_0": "2"},
    ):
        assert operator.post(page, asked | orders).status_code == 302
        amendment.refresh_from_db()
        circuit = amendment.circuit
        signers = circuit.signers.filter(status="WAITING").order_by("order")
        waiting.append(list(signers.values_list("organisation", "order")))
        # Launched, the ranks are fixed.
        with pytest.raises(IntegrityError), transaction.atomic():
            circuit.signers.filter(order=1).update(order=2)
        signatures.cancel(circuit_id=circuit.pk, reason="x", by=basin.operator, at=timezone.now())
    chair = ("Préfecture de la Savoie", 2)
    companies = {one["organisation"] for one in lines if one["capacity"] == lines[0]["capacity"]}
    *before, grouped = waiting
    assert before == [[chair], [chair], [], [chair, ("Grand Chambéry", 3)]]
    assert len(companies) > 1
    assert set(grouped) == {chair, *((name, 2) for name in companies)}


def test_nobody_signs_before_the_first(draft, basin):
    amendment = frozen_amendment(running(draft), basin, changes="Un article.")
    with pytest.raises(InvalidInput, match="Le premier rang"):
        operations.launch_amendment(
            amendment_id=amendment.pk,
            expires_on=timezone.localdate(),
            orders={0: 0},
            by=basin.operator,
            at=timezone.now(),
        )
