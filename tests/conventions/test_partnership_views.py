"""The pages of a partnership convention."""

from datetime import date, timedelta
from io import BytesIO

import docx
from django.utils import timezone

from alize.common.dates import short_date
from basins.enums import Role
from conventions import operations
from conventions.enums import AgreementStatus
from conventions.models import PartnershipConvention
from conventions.partnership_forms import AgreementLaunchForm
from tests.builders import at
from tests.conventions.founding import HOME, signed
from tests.words import plain


def test_the_first_convention_cancelled_is_prepared_again_from_the_list(client_as, draft, basin):
    op = client_as(Role.OPERATOR)
    begin = "/bassins/savoie/conventions/partenariat/preparer/"
    assert begin not in op.get("/bassins/savoie/conventions/").content.decode()
    operations.cancel_partnership(convention_id=draft.pk, by=basin.operator, at=at())
    assert begin in op.get("/bassins/savoie/conventions/").content.decode()


def test_the_pages_of_a_draft(client_as, draft):
    op = client_as(Role.OPERATOR)
    page = op.get(f"{HOME}{draft.pk}/")
    assert "Geler le texte" in page.content.decode()
    wrong = op.post(f"{HOME}{draft.pk}/modifier/objectifs/", {"territory": "Les vallées"})
    assert (wrong.status_code, "Les vallées" in wrong.content.decode()) == (422, True)
    data = {"local_engineering": "50 000", "budget_comment": "Un effort."}
    assert op.post(f"{HOME}{draft.pk}/modifier/budget/", data).status_code == 302
    draft.refresh_from_db()
    assert (draft.local_engineering, draft.budget_comment) == (5_000_000, "Un effort.")
    preview = op.get(f"{HOME}{draft.pk}/projet/")
    assert preview.content.startswith(b"%PDF")
    for text, said in (("", "Convention de partenariat"), ("operateur", "opérateur local")):
        copy = op.get(f"{HOME}{draft.pk}/copie/?texte={text}")
        words = docx.Document(BytesIO(copy.content))
        assert said in words.paragraphs[0].text
        assert not [one.text for one in words.paragraphs if "[profil" in one.text.lower()]
    assert op.post(f"{HOME}{draft.pk}/geler/").status_code == 302
    draft.refresh_from_db()
    assert draft.status == AgreementStatus.FROZEN


def test_what_somebody_else_wrote_meanwhile_is_compared_never_erased(client_as, draft):
    op, other = client_as(Role.OPERATOR), client_as(Role.OPERATOR)
    page = f"{HOME}{draft.pk}/modifier/budget/"
    seen = {"mark": op.get(page).context["form"]["mark"].value()}
    theirs = {"local_engineering": "50 000", "budget_comment": "Un effort."} | seen
    mine = {"local_engineering": "50 000", "budget_comment": "Rien à dire."} | seen
    assert other.post(page, theirs).status_code == 302
    assert other.post(page, theirs).status_code == 302, "twice is once"
    compared = op.post(page, mine)
    shown = plain(compared)
    assert compared.status_code == 409
    assert "Rien à dire." in shown
    assert "Enregistré pendant que vous écriviez : « Un effort. »" in shown
    assert "pendant que vous écriviez : « 50" not in shown
    draft.refresh_from_db()
    assert draft.budget_comment == "Un effort."
    again = mine | {"mark": compared.context["form"]["mark"].value()}
    assert op.post(page, again).status_code == 302
    draft.refresh_from_db()
    assert draft.budget_comment == "Rien à dire."


def test_partners_chosen_meanwhile_are_named(client_as, draft, basin):
    op, other = client_as(Role.OPERATOR), client_as(Role.OPERATOR)
    page = f"{HOME}{draft.pk}/modifier/partenaires/"
    form = op.get(page).context["form"]
    mark, everybody = form["mark"].value(), form["partners"].value()
    assert other.post(page, {"mark": mark, "partners": everybody[1:]}).status_code == 302
    compared = op.post(page, {"mark": mark, "partners": everybody[:-1]})
    assert compared.status_code == 409
    names = plain(compared).partition("pendant que vous écriviez : ")[2].partition("»")[0]
    assert "Préfecture de la Savoie" in names
    assert len(names.split(", ")) == len(everybody) - 1


def test_a_member_reads_and_does_not_write(client_as, draft):
    member = client_as(Role.MEMBER)
    assert member.get(f"{HOME}{draft.pk}/").status_code == 200
    assert member.post(f"{HOME}{draft.pk}/geler/").status_code == 403


def test_a_convention_in_force_says_what_follows_it(client_as, basin, draft):
    member = client_as(Role.MEMBER)
    day = timezone.localdate()
    year = timedelta(days=365)
    convention = signed(draft, starts_on=day - year, ends_on=day + year)
    page = member.get(f"{HOME}{convention.pk}/").content.decode()
    assert "Ses engagements courent" in page
    assert "Les entreprises partenaires (4)" in page
    PartnershipConvention.objects.create(
        number=2,
        renews=convention,
        starts_on=convention.ends_on + timedelta(days=1),
        ends_on=convention.ends_on + 3 * year,
    )
    page = member.get(f"{HOME}{convention.pk}/").content.decode()
    assert "La convention n° 2 se prépare pour la suite." in page


def test_an_amendment_sent_twice_is_one(client_as, basin, draft):
    day, year = timezone.localdate(), timedelta(days=365)
    convention = signed(draft, starts_on=day - year, ends_on=day + year)
    operator = client_as(Role.OPERATOR, user=basin.operator)
    page = f"{HOME}{convention.pk}/avenant/"
    key = operator.get(page).context["form"]["command_key"].value()
    asked = {"reason": "Un entrant", "takes_effect_on": short_date(day), "command_key": key}
    urls = {operator.post(page, asked).url for _ in range(2)}
    amendment = convention.amendments.get()
    assert urls == {f"/bassins/savoie/conventions/avenants/{amendment.pk}/"}
    assert operator.post(page, asked | {"reason": "Un autre"}).status_code == 409
    edited = operator.post(f"{urls.pop()}modifier/", asked | {"reason": "Deux entrants"})
    assert edited.status_code == 302
    amendment.refresh_from_db()
    assert (amendment.number, amendment.reason) == (1, "Deux entrants")


def test_a_deadline_is_set_within_a_year():
    on = date(2026, 11, 29)
    for day, said in ((date(2028, 1, 31), "un an"), (date(2027, 1, 31), "")):
        form = AgreementLaunchForm({"expires_on": f"{day:%d/%m/%Y}"}, signers=[], on=on)
        assert form.is_valid() is not bool(said)
        assert said in str(form.errors)
