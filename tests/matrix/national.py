"""What the national side holds of each of the two basins, and the links into its pages."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from alize.demo.bench.sample import Crew
from alize.notifications.models import Mail
from alize.seals import registers
from basins import links
from basins.enums import LinkPurpose, Role
from basins.models import (
    Basin,
    Invitation,
    Membership,
    ReferenceValue,
    SecondFactorReset,
)
from network.candidacies.enums import CandidacyStatus, NationalOutcome
from network.candidacies.models import Candidacy
from tests.builders import make_user
from tests.matrix.files import issued, stored

LINK_TARGETS = {
    LinkPurpose.FOLLOW_UP_REVIEW: "review",
    LinkPurpose.DECISION_LETTER: "decision",
    LinkPurpose.SIGNATURE: "signer",
    LinkPurpose.PROXY_ANSWER: "proxy",
    LinkPurpose.REPAYMENT: "reminder",
    LinkPurpose.ADVANCE_PAPER: "advance_paper",
    LinkPurpose.CONTRIBUTIONS: "confirmation",
    LinkPurpose.OWNER_OPINION: "opinion",
}


def name_national_objects(
    basin: Basin, objects: dict[str, Any], crew: Crew, mark: str, now: datetime
) -> None:
    """What `public` holds of a basin; a token opens a page of it."""
    objects["basin"] = basin
    objects["local_operator"] = basin.operators.create(name=f"CCI {mark}", short_name="CCI")
    objects["invitation"] = Invitation.objects.create(
        email=f"invite@{basin.slug}.example",
        last_name=f"Invité {mark}",
        basin=basin,
        role=Role.MEMBER,
        token_digest=links.digest(f"invitation {mark}"),
        created_at=now,
        created_by=crew.operator,
        expires_at=now + timedelta(days=7),
    )
    objects["national_invitation"] = Invitation.objects.create(
        email=f"national@{basin.slug}.example",
        last_name="Invité",
        role=Role.NATIONAL_VIEWER,
        token_digest=links.digest(f"invitation nationale {mark}"),
        created_at=now,
        created_by=crew.operator,
        expires_at=now + timedelta(days=7),
    )
    objects["national_membership"] = Membership.objects.get(
        person=make_user(Role.NATIONAL_COMMITTEE)
    )
    objects["membership"] = Membership.objects.get(person=crew.member, basin=basin)
    objects["reset"] = SecondFactorReset.objects.create(
        person=crew.member,
        basin=basin,
        reason=f"Téléphone perdu {mark}",
        asked_at=now,
        asked_by=crew.operator,
        due_at=now + timedelta(days=1),
    )
    objects["national_reset"] = SecondFactorReset.objects.create(
        person=objects["national_membership"].person,
        reason=f"Téléphone perdu {mark}",
        asked_at=now,
        asked_by=crew.operator,
        due_at=now + timedelta(days=1),
    )
    objects["reference_value"] = ReferenceValue.objects.create(
        reference="MEETINGS",
        numbers=[6, 12],
        effective_from=now.date() + timedelta(days=1 + basin.pk),
        reason="Décision du comité national",
        created_at=now,
        created_by=objects["national_membership"].person,
    )
    objects["mail"] = Mail.objects.create(
        code="M04",
        schema=basin.schema_name,
        sender="ALIZE",
        to_email=crew.member.email,
        subject="Convocation",
        text="Bonjour,",
        html="<html><head></head><body>Bonjour,</body></html>",
        calendar="BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
        created_at=now,
    )
    _name_a_candidacy(basin, objects, crew, now)
    objects["invitation_token"] = f"invitation {mark}"
    company = objects["decision"].project.owner_email
    for purpose, name in LINK_TARGETS.items():
        objects[f"{purpose.lower()}_token"] = links.issue(
            basin=basin,
            purpose=purpose,
            target_id=objects[name].pk,
            email=company if purpose == LinkPurpose.DECISION_LETTER else crew.member.email,
            at=now,
            valid=timedelta(days=30),
        )


def _name_a_candidacy(basin: Basin, objects: dict[str, Any], crew: Crew, now: datetime) -> None:
    """A candidacy before the national committee, which had deferred it, and all its papers."""
    candidacy = Candidacy.objects.create(
        basin=basin,
        status=CandidacyStatus.SUBMITTED,
        consensus_record=stored("accord", now),
        meeting_on=now.date(),
        created_at=now,
        created_by=crew.operator,
        submitted_at=now,
        submitted_by=crew.operator,
    )
    objects["candidacy"] = candidacy
    objects["candidate"] = candidacy.partners.create(name="Fonderie", kind="COMPANY")
    objects["national_decision"] = candidacy.decisions.create(
        decided_on=now.date(),
        outcome=NationalOutcome.DEFERRED,
        votes_for=1,
        votes_against=0,
        abstentions=0,
        reason="À compléter",
        minutes=stored("séance", now),
        recorded_at=now,
        recorded_by=crew.operator,
    )
    with transaction.atomic():
        for target in (candidacy, objects["national_decision"]):
            issued(target, basin.slug, now)
        objects["national_register"] = issued(candidacy, basin.slug, now, kind=registers.KIND)
