"""The bank as people read it: its accounts, a line and what it may be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.money import format_euros
from alize.common.screen import Action, Badge, Definition, Figure, Progress
from alize.common.words import listed, of
from funds import permissions
from funds.bank import Act, Clue, Proposal
from funds.bank.identifiers import masked_iban
from funds.enums import AccountKey, ClearingAct, EntryKind, Perimeter, ReversalCause
from funds.models import (
    Advance,
    BankAccount,
    BankImport,
    BankLine,
    BankNumber,
    BankStatement,
    Clearing,
    Entry,
)
from funds.permissions.bank import map_import
from funds.queries import balances, expectations
from funds.queries import bank as queries
from funds.queries.numbers import number_on, numbers_of, other_sides
from funds.queries.reconciliation import reconciliation
from funds.reconciliation_screen import differences, gap_badge
from funds.screen import entry_url


@dataclass(frozen=True)
class AccountCard:
    """One account, its banks, its last statements and how it agrees with the ledger."""

    account: BankAccount
    number: BankNumber
    """The bank in force."""
    iban: str
    banks: list[Definition]
    """Each bank of an account that has changed, with what it holds."""
    figures: list[Figure]
    explained: list[Definition]
    left: int


def account_card(account: BankAccount, *, on: date) -> AccountCard:
    """Compare the bank and the ledger on the last day known of both; what stands on a day."""
    number = number_on(account, on)
    found = reconciliation(account)
    left = queries.open_lines(account).count()
    owed = _owed_to_other(account, on=on)
    banks = _banks(account, found.statements if found else [])
    head = (account, number, masked_iban(number.iban), banks)
    if found is None:
        return AccountCard(*head, [], owed, left)
    as_of = short_date(found.until)
    gap = found.difference
    figures = [
        Figure("Solde à la banque", format_euros(found.closing), as_of=as_of),
        Figure("Solde en comptabilité", format_euros(found.ledger), as_of=as_of),
        Figure(
            "Différence",
            format_euros(gap),
            badge=gap_badge(found),
            reference=f"{left} opération{'s' if left > 1 else ''} à rapprocher" if left else "",
        ),
    ]
    explained = [
        Definition(term, format_euros(cents), number=True) for term, cents in differences(found)
    ]
    return AccountCard(*head, figures, [*explained, *owed], left)


def _banks(account: BankAccount, statements: Sequence[BankStatement]) -> list[Definition]:
    """What each number holds at its last statement, and since when it serves; nothing for one.

    One that the account went back to serves since then.
    """
    numbers = {number.origin.pk: number for number in numbers_of(account)}
    held = {last.number_id: last for last in statements}
    if len(numbers) < 2:
        return []
    return [
        Definition(
            f"{number}, en service le {short_date(number.since)}",
            f"{format_euros(last.closing)} au {short_date(last.until)}"
            if (last := held.get(origin))
            else _not_held(number),
            number=True,
        )
        for origin, number in numbers.items()
    ]


def _not_held(number: BankNumber) -> str:
    if queries.is_renumbered(number.origin):
        return "Solde passé au numéro qui l'a remplacé"
    return "Aucun relevé"


def _owed_to_other(account: BankAccount, *, on: date) -> list[Definition]:
    """What this account holds of the other, until a transfer moves it."""
    liaison = balances(on=on, of=(AccountKey.FUND_LIAISON,))
    cents = liaison[AccountKey.FUND_LIAISON]
    owed = cents if account.perimeter == Perimeter.OPS else -cents
    if owed <= 0:
        return []
    other, _ = OTHERS[Perimeter(account.perimeter)]
    return [Definition(f"Dû {other.replace('le', 'au', 1)}", format_euros(owed), number=True)]


def import_progress(made: BankImport) -> Progress:
    """How far an import has come, in lines."""
    label = "Rapprochement des opérations" if made.steps else "Lecture et vérification du fichier"
    return Progress(made.done, made.steps, label)


def import_acts(made: BankImport, *, stopped: str) -> list[tuple[Action, str]]:
    """What comes next of an import, each with its kind of button: its columns, its lines, another.

    `stopped` says why its bank is not read any more; nothing of it is then.
    """
    columns = basin_reverse("bank_mapping", import_id=made.pk)
    of_account = {"account_id": made.number.account_id}
    acts = []
    if made.is_waiting and not stopped:
        acts.append((Action("Préciser les colonnes", columns), "primary"))
    if made.refusal and not stopped and map_import.allows(made):
        acts.append((Action("Changer les colonnes et le relire", columns), "secondary"))
    if made.finished_at and not made.refusal and made.steps > made.matched:
        url = basin_reverse("bank_reconcile", **of_account)
        acts.append((Action("Rapprocher", url, "check2"), "primary"))
    if made.refusal or (made.is_waiting and stopped):
        url = basin_reverse("bank_import_create", **of_account)
        acts.append((Action("Importer un autre fichier", url, "upload"), "primary"))
    return acts


def line_status(line: BankLine) -> Badge:
    """Where a line with its sums stands, in words and colour."""
    if line.amount != line.cleared + line.waits:
        return Badge("À rapprocher", "attention")
    if line.suspended:
        return Badge("À identifier", "info")
    if line.waits:
        return Badge("Attend une décision", "info")
    return Badge("Rapprochée", "done")


@dataclass(frozen=True)
class LineRow:
    """One line of the list."""

    booked_on: date
    label: str
    detail: str
    bank: str
    amount: int
    status: Badge
    url: str


def line_rows(lines: Sequence[BankLine], *, may_write: bool) -> list[LineRow]:
    """The lines of a list; who may reconcile finds each one's page."""
    return [
        LineRow(
            booked_on=line.booked_on,
            label=line.label,
            detail=line.name if line.name not in line.label else "",
            bank=str(line.statement.number),
            amount=line.amount,
            status=line_status(line),
            url=basin_reverse("bank_line", line_id=line.pk) if may_write else "",
        )
        for line in lines
    ]


def line_facts(line: BankLine) -> list[Definition]:
    """What the bank says of a line."""
    rows = [
        ("Banque", str(line.statement.number)),
        ("Tiers", line.name),
        ("Compte du tiers", masked_iban(line.iban)),
        ("Référence de bout en bout", line.end_to_end_id),
        ("Référence de la banque", line.bank_reference),
        ("Motif du retour", dict(ReversalCause.choices).get(line.reason, line.reason)),
        ("Date de valeur", short_date(line.value_on) if line.value_on != line.booked_on else ""),
    ]
    return [Definition(term, value) for term, value in rows if value]


@dataclass(frozen=True)
class Choice:
    """One numbered thing a line may be, with the key of its form."""

    value: str
    label: str
    reason: str
    key: str
    shortcut: str
    command_key: UUID


_SHORTCUTS = {Act.FEE: "f", Act.SUSPENSE: "a"}


def choices_of(line: BankLine, *, left: int, on: date, waits: bool = False) -> list[Choice]:
    """What a line may be, the surest first; fees and suspense have keys of their own.

    `left` is what nothing explains of it, or what `waits` on the suspense account.
    """
    matcher = expectations.matcher_for(line.account, on=on)
    found = list(matcher.match(replace(queries.as_read(line), amount=left)).proposals)
    found[:0] = [
        Proposal(Act.INTERNAL, other.pk, Clue.AMOUNT, "même montant, à l'autre banque")
        for other in other_sides(line, left)
    ]
    if left < 0 and all(one.act != Act.FEE for one in found):
        why = "retenus sur ce que la banque a renvoyé" if line.amount > 0 else ""
        found.insert(-1, Proposal(Act.FEE, None, found[-1].clue, why))
    if waits:
        found.pop()
    labels = _labels(found, Perimeter(line.account.perimeter))
    ranks = iter(range(1, 10))
    choices = []
    for proposal in found:
        shortcut = _SHORTCUTS.get(proposal.act) or str(next(ranks, ""))
        # What was shown is what is asked: the amount goes with the answer.
        target = f":{proposal.target}:{abs(left)}" if proposal.target else ""
        is_identified = waits and proposal.act == Act.REPAYMENT
        act = ClearingAct.IDENTIFIED if is_identified else proposal.act
        choices.append(
            Choice(
                value=f"{act}{target}",
                label=labels[proposal],
                reason=proposal.reason,
                key=shortcut,
                shortcut=shortcut.upper(),
                command_key=uuid4(),
            )
        )
    return [*choices, *_together(line, left, ranks)]


TOGETHER = "TOGETHER"


def _together(line: BankLine, left: int, ranks: Iterator[int]) -> list[Choice]:
    """The entries that the bank shows in parts, this line and others."""
    choices = []
    for entry, others in queries.shared_entries(line, left=left):
        shortcut = str(next(ranks, ""))
        with_them = "avec l'opération" if len(others) == 1 else "avec les opérations"
        label = (
            f"Écriture {entry} : {entry.label}, {with_them} {listed([str(one) for one in others])}"
        )
        shares = [left, *(queries.open_part(one) for one in others)]
        why = f"{listed([format_euros(share) for share in shares])} font son montant"
        value = f"{TOGETHER}:{entry.pk}:{'-'.join(str(one.pk) for one in others)}"
        choices.append(Choice(value, label, why, shortcut, shortcut, uuid4()))
    return choices


def entries_within(line: BankLine, *, left: int) -> list[tuple[int, str]]:
    """The entries that may each be a part of a line, the last ones first, in words.

    `left` is what nothing explains of it, or what waits on the suspense account.
    """
    ahead = {"moved__gt": 0, "moved__lt": left} if left > 0 else {"moved__lt": 0, "moved__gt": left}
    found = queries.expected_entries(line.account).filter(**ahead).order_by("-value_on", "-pk")
    return [(one.pk, _entry_in_words(one)) for one in found]


def _entry_in_words(entry: Any) -> str:
    company = entry.advance.project.beneficiary.name if entry.advance else ""
    said = ", ".join(filter(None, (entry.label, company, format_euros(entry.moved))))
    return f"{short_date(entry.value_on)} : {said}"


_FEE_LABELS = {
    Perimeter.FUND: "Frais bancaires, à rendre par le fonctionnement",
    Perimeter.OPS: "Frais bancaires",
}
_SUSPENSE_CODES = {Perimeter.FUND: "471", Perimeter.OPS: "472"}


def _labels(proposals: Sequence[Proposal], perimeter: Perimeter) -> dict[Proposal, str]:
    advances = Advance.objects.select_related("project__beneficiary").in_bulk(
        [one.target for one in proposals if one.act == Act.REPAYMENT]
    )
    entries = Entry.objects.select_related("advance__project__beneficiary").in_bulk(
        [one.target for one in proposals if one.act in {Act.ENTRY, Act.BOUNCE}]
    )
    lines = BankLine.objects.select_related("statement__number").in_bulk(
        [one.target for one in proposals if one.act == Act.INTERNAL]
    )
    labels = {}
    for one in proposals:
        if one.act == Act.REPAYMENT:
            advance = advances[one.target]
            company = advance.project.beneficiary.name
            labels[one] = f"Remboursement {of(company)}, avance {advance.reference}"
        elif one.act == Act.ENTRY:
            entry = entries[one.target]
            labels[one] = f"Écriture {entry} : {entry.label}"
        elif one.act == Act.BOUNCE:
            entry = entries[one.target]
            paid = entry.kind == EntryKind.DISBURSEMENT
            what = "Retour du versement" if paid else "Retour de l'écriture"
            labels[one] = f"{what} {entry} : {entry.label}"
        elif one.act == Act.INTERNAL:
            line = lines[one.target]
            labels[one] = f"Virement entre les deux banques : {line}, {line.statement.number.bank}"
        elif one.act == Act.FEE:
            labels[one] = _FEE_LABELS[perimeter]
        else:
            labels[one] = f"Mettre en attente (compte {_SUSPENSE_CODES[perimeter]})"
    return labels


@dataclass(frozen=True)
class ClearingRow:
    """What a line, or a part of it, turned out to be."""

    label: str
    amount: str
    who: str
    entry_url: str
    undo_url: str
    reverse_url: str


def clearing_rows(line: BankLine) -> list[ClearingRow]:
    """The reconciliations of a line that were not undone, the first one first."""
    clearings = line.clearings.filter(undone_at=None).select_related(
        "entry__advance",
        "reversal__entry__advance",
        "made_by",
        "entry__reversed_by",
        "other_line__statement__number",
    )
    return [_clearing_row(one) for one in clearings]


def _clearing_row(clearing: Clearing) -> ClearingRow:
    if clearing.other_line is not None:
        other = clearing.other_line
        return ClearingRow(
            label=f"{clearing.get_act_display()} : {other}, {other.statement.number.bank}",
            amount=format_euros(clearing.amount),
            who="automatique" if clearing.is_automatic else clearing.made_by.full_name,
            entry_url=basin_reverse("bank_line", line_id=other.pk),
            undo_url=basin_reverse("clearing_undo", clearing_id=clearing.pk),
            reverse_url="",
        )
    entry = clearing.entry or clearing.reversal.entry
    ours = clearing.act == ClearingAct.ENTRY
    undone = clearing.entry is not None and hasattr(clearing.entry, "reversed_by")
    reversible = clearing.entry is not None and not ours
    act = clearing.get_act_display()
    label = entry.label if entry.label.startswith(f"{act} :") else f"{act} : {entry.label}"
    if clearing.reversal is not None:
        label += f" ({clearing.reversal.get_status_display().lower()})"
    if reversible:
        reversible = permissions.propose_reversal.allows(entry)
    return ClearingRow(
        label=f"{label} (annulée)" if undone else label,
        amount=format_euros(clearing.amount),
        who="automatique" if clearing.is_automatic else clearing.made_by.full_name,
        entry_url=entry_url(entry),
        undo_url=basin_reverse("clearing_undo", clearing_id=clearing.pk) if ours else "",
        reverse_url=basin_reverse("entry_reverse", entry_id=entry.pk) if reversible else "",
    )


OTHERS = {
    Perimeter.FUND: ("le compte de fonctionnement", "le compte des avances"),
    Perimeter.OPS: ("le compte des avances", "le compte de fonctionnement"),
}
"""The other account, then this one, in words."""


def said_for_other(account: BankAccount, cents: int) -> tuple[str, str]:
    """« C'est pour le compte des avances », and what saying so writes."""
    other, own = OTHERS[Perimeter(account.perimeter)]
    return (
        f"C'est pour {other}",
        f"{own.capitalize()} doit {format_euros(cents)} {other.replace('le', 'au', 1)} jusqu'au "
        "virement entre les deux. Dites ensuite ce qu'est cette opération : remboursement, "
        "dotation ou dépense rendue.",
    )
