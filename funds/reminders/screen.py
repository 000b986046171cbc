"""What the pages of the reminders show."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import listed_days, short_date
from alize.common.money import format_euros
from alize.common.screen import Action, Badge, Confirmation, Link, Tone
from funds.enums import ReminderStep
from funds.models import Advance
from funds.queries.reminders import DueReminder, SentReminder

_TONES: dict[str, Tone] = {
    ReminderStep.NOTICE: "info",
    ReminderStep.FIRST: "attention",
    ReminderStep.SECOND: "attention",
    ReminderStep.FORMAL: "late",
}


def step_badge(step: str) -> Badge:
    """A step of the ladder, in words and colour."""
    return Badge(ReminderStep(step).label, _TONES[step])


@dataclass(frozen=True)
class DueRow:
    """One reminder to send."""

    name: str
    company: str
    reference: str
    due_on: date
    amount: int
    delay: str
    step: Badge

    @property
    def url(self) -> str:
        """The page of its advance."""
        return basin_reverse("advance_detail", reference=self.reference)


def stopped_rows(advances: Iterable[Advance], stopped: Mapping[int, str]) -> list[tuple[Link, str]]:
    """The advances of which a payment is stopped, so that nothing of it is asked for, and why."""
    pages = [(one, basin_reverse("advance_detail", reference=one.reference)) for one in advances]
    return [
        (Link(f"{one.project.beneficiary.name}, {one.reference}", url), stopped[one.pk])
        for one, url in pages
        if one.pk in stopped
    ]


def due_rows(due: Iterable[DueReminder]) -> list[DueRow]:
    """The reminders to send, the oldest debt first."""
    return [
        DueRow(
            name=one.name,
            company=one.advance.project.beneficiary.name,
            reference=one.advance.reference,
            due_on=one.due_on,
            amount=one.amount,
            delay=_delay(one.days_late),
            step=step_badge(one.step),
        )
        for one in due
    ]


def _delay(days: int) -> str:
    """« 6 jours », « dans 10 jours »."""
    if not days:
        return "aujourd'hui"
    counted = f"{abs(days)} jour{'s' if abs(days) > 1 else ''}"
    return counted if days > 0 else f"dans {counted}"


def confirmation(due: Iterable[DueReminder]) -> Confirmation:
    """Who receives what, before anything leaves."""
    chosen = list(due)
    by_post = [one for one in chosen if not one.email]
    effects = [
        "Chaque entreprise reçoit un courriel qui dit le montant, la date et la référence du "
        "virement, avec un lien vers sa lettre en PDF."
    ]
    letters = defaultdict[tuple[object, ...], list[DueReminder]](list)
    for one in chosen:
        letters[one.letter].append(one)
    if len(letters) < len(chosen):
        effects.append(
            "Les échéances d'une même entreprise au même palier tiennent dans une seule lettre, "
            "qui demande leur total. Une mise en demeure reste propre à chaque avance."
        )
    if by_post:
        names = ", ".join(dict.fromkeys(one.advance.project.beneficiary.name for one in by_post))
        effects.append(
            f"Sans adresse électronique : {names}. La lettre est à imprimer depuis la page de "
            "l'avance, et à poster."
        )
    if any(one.step == ReminderStep.FORMAL for one in chosen):
        effects.append(
            "Une mise en demeure se prouve : imprimez sa lettre et envoyez-la aussi en "
            "recommandé avec avis de réception."
        )
    return Confirmation(
        title="Envoyer cette relance" if len(chosen) == 1 else "Envoyer ces relances",
        effects=effects,
        told=[_told(letter) for letter in letters.values()],
        label="Envoyer la relance" if len(chosen) == 1 else f"Envoyer {len(chosen)} relances",
        back_url=basin_reverse("reminder_list"),
    )


def _told(letter: list[DueReminder]) -> str:
    first = letter[0]
    company, where = first.advance.project.beneficiary.name, first.email or "par courrier postal"
    amount = format_euros(sum(one.amount for one in letter))
    days = listed_days(sorted({one.due_on for one in letter}))
    return (
        f"{company}, {where} : {first.step.label.lower()}, {amount}, "
        f"échéance{'s' if len(letter) > 1 else ''} du {days}"
    )


def sent_rows(sent: Iterable[SentReminder]) -> list[dict]:
    """What was sent about an advance, the last first."""
    return [
        {
            "step": step_badge(one.reminder.step),
            "due_on": one.reminder.due_on,
            "amount": one.reminder.amount,
            "sent": f"{one.reminder.sent_by.full_name}, le "
            f"{short_date(timezone.localdate(one.reminder.sent_at))}",
            "to": one.reminder.email or "À poster",
            "act": Action(
                "Lettre (PDF)", basin_reverse("document_download", document_id=one.letter.pk)
            )
            if one.letter
            else None,
        }
        for one in sent
    ]


def waiting_words(due: Iterable[DueReminder]) -> str:
    """« 3 relances, dont 1 mise en demeure », for a line of things to do."""
    steps = [one.step for one in due]
    formal = steps.count(ReminderStep.FORMAL)
    words = f"{len(steps)} relance{'s' if len(steps) > 1 else ''}"
    if not formal or formal == len(steps) == 1:
        return words
    return f"{words}, dont {formal} mise{'s' if formal > 1 else ''} en demeure"
