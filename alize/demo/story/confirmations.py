"""The means of last year, that the partners are asked to confirm: most have, one disagrees."""

from datetime import datetime, timedelta

from alize.demo.story.scene import Scene
from basins import links, tenancy
from basins.enums import LinkPurpose
from funds import operations
from funds.enums import ConfirmationOutcome
from funds.models import ConfirmationRequest
from funds.queries.confirmations import partner_years
from funds.rules.confirmations import Means, fingerprint
from partners.enums import PartnerKind

AGO = timedelta(days=8)
SILENT = 4
"""One partner in four has not answered yet."""


def write_confirmations(scene: Scene, *, now: datetime) -> None:
    """Ask everybody of last year, then answer for most of them through links of their own."""
    asked_at = now - AGO
    year = scene.today.year - 1
    operations.ask_everybody(year=year, by=scene.people.operator, at=asked_at)
    requests = ConfirmationRequest.objects.select_related("partner", "contact__person")
    answering = [
        request for rank, request in enumerate(requests.order_by("pk"), 1) if rank % SILENT
    ]
    companies = [one for one in answering if one.partner.kind == PartnerKind.COMPANY]
    seen = {about.partner.pk: about.lines for about in partner_years(years=(year,))}
    for rank, request in enumerate(answering):
        moment = asked_at + timedelta(days=1 + rank % 5)
        lines = seen[request.partner_id]
        _answer(request, lines, wrong=request in companies[:1], at=moment)


def _answer(
    request: ConfirmationRequest, lines: tuple[Means, ...], *, wrong: bool, at: datetime
) -> None:
    token = links.issue(
        basin=tenancy.current(),
        purpose=LinkPurpose.CONTRIBUTIONS,
        target_id=request.pk,
        email=request.contact.person.email,
        at=at,
        valid=AGO,
    )
    link = links.find(token, LinkPurpose.CONTRIBUTIONS)
    if link is None:
        raise LookupError("The link that was just made is not there.")
    operations.answer_confirmation(
        link=link,
        outcome=ConfirmationOutcome.DISPUTED if wrong else ConfirmationOutcome.CONFIRMED,
        reason="Deux journées de décembre chez Bois des Bauges manquent au compte."
        if wrong
        else "",
        seen=fingerprint(lines),
        at=at,
    )
