"""Finds every page that somebody may reach, and opens each once."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from urllib.parse import urlsplit

from django.urls import Resolver404, URLPattern, resolve, reverse
from django.urls.exceptions import NoReverseMatch
from playwright.sync_api import Error, Page

from alize.common.access import Audience, rule_of, walk
from basins.access import MATRIX
from basins.enums import Role
from tests.matrix.expected import OUTSIDE_BASINS
from tests.matrix.pages import PAGES
from tests.matrix.refusals import REFUSED_OBJECTS

SLUG = "savoie"
METHODS = {"GET", "HEAD", "POST"}
DOORS = 12
"""How many objects of a kind somebody looks behind for ways to pages that nobody has seen."""
CROSSROADS = ("detail", "home", "kind", "list", "live", "meeting", "panel")
"""How the names of pages end that lead further: a page of an act leads back where one came from."""


def may_be_read(entry: URLPattern) -> bool:
    """Whether an address answers to GET: its view names its methods, or takes them all."""
    view = entry.callback
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            methods = cell.cell_contents
            if isinstance(methods, list) and methods and METHODS.issuperset(methods):
                return "GET" in methods
        view = getattr(view, "__wrapped__", None)
    return True


ENTRIES = {entry.name: entry for _, entry in walk() if may_be_read(entry)}
"""All addresses that answer to GET, by name."""

NO_PAGE = {
    "health": "a word for machines",
    "session_left": "asked by each page before its session ends",
    "demo_people": "what the launcher prints",
    "attachment_download": "a file",
    "convention_docx": "a file",
    "convention_preview": "a file",
    "circuit_act": "a file",
    "circuit_scan": "a file",
    "delegation_mandate": "a file",
    "mandate_document": "a file",
    "partnership_preview": "a file",
    "amendment_preview": "a file",
    "amendment_docx": "a file",
    "partnership_docx": "a file",
    "demo_mail_calendar": "a file",
    "document_download": "a file",
    "letter_download": "a file",
    "meeting_calendar": "a file",
    "regulations_download": "a file",
    "paper_download": "a file",
    "reminder_letter": "a file",
    "seal_certificate": "a file",
    "candidacy_decision": "a file",
    "candidacy_file": "a file",
    "candidacy_minutes": "a file",
    "candidacy_record": "a file",
    "national_register": "a file",
    "candidacy_space": "asked every few seconds by its page",
    "text_docx": "a file",
    "text_preview": "a file",
    "regulations_proposed": "a file",
    "ballot_state": "a part of its page, asked every few seconds",
    "meeting_state": "a part of its page, asked every few seconds",
    "bank_import_state": "a part of its page, asked every few seconds",
    "bank_reconcile": "leads to the first line that waits",
    "pack_state": "a part of its page, asked every few seconds",
    "mfa_login_webauthn": "what a key is asked to sign",
    "proconnect_login": "leads to ProConnect, which the demo has not",
    "proconnect_callback": "comes from ProConnect, which the demo has not",
}
"""What answers to GET with something else than a page."""

NOT_IN_THE_DEMO = {
    "amendment_conclude": "an amendment signed by all, whose effect waits for the operator",
    "convention_conclude": "a convention signed by all, whose effect waits for the operator",
    "partnership_conclude": "the same of a partnership",
    "convention_void": "a convention signed by all that is asked to be given up before its day",
    "circuit_settle": "a signature contested once its document is sealed",
    "give_back_create": "a sum that the operating account owes the advances",
    "give_over_create": "a sum that the advances owe the operating account",
    "bank_account_correct": "an account that nothing went through yet",
    "bank_import": "a statement being imported, whose past ones are kept as statements",
    "amendment_create": "a convention in force that nothing amends yet",
    "amendment_mandate": "a draft of an amendment that somebody signs under an act kept with it",
    "amendment_launch": "an amendment frozen and not in signature yet",
    "partnership_launch": "a convention frozen and not in signature yet",
    "basin_resume": "a basin that ASTREES has suspended",
    "partnership_renew": "a convention near its term that nothing follows yet",
    "bank_mapping": "a spreadsheet of a bank, whose columns nobody has named",
    "candidacy_submit": "a candidacy that is complete and not submitted yet",
    "sepa_detail": "a file of transfers",
}
"""Pages that need what neither the present of the demo nor its next acts hold, and why."""

NOT_THEIRS = {
    ("circuit_confirm", Role.OPERATOR): "a paper signed, entered by the operator of the demo",
    ("minutes_approve", Role.OPERATOR): "the acts of whoever presided",
    ("minutes_approve", Role.MEMBER): "the same",
    ("minutes_return", Role.MEMBER): "the same",
    ("minutes_sign", Role.MEMBER): "the same",
}
"""Pages that a role may reach, and its person in the demo not: nobody looks for them in vain."""

COMES_NEXT = {
    "report_preview", "report_publish", "reversal_approve", "authorization_approve",
    "refund_propose", "overpayment_settle", "renounce_propose", "write_off_propose",
    "recovery_record", "schedule_replace", "schedule_history", "precondition_create",
    "second_factor_reset_approve", "national_reset_approve", "answer_give", "question_answer",
    "convention_edit", "convention_recompute", "signer_mandate", "convention_freeze",
    "convention_launch",
    "payment_prepare", "precondition_meet", "precondition_waive", "meeting_convene",
    "ballot_close", "ballot_proclaim", "meeting_close", "reservation_answer", "payee_decide",
    "bank_number_decide", "bank_number_withdraw", "seat_edit", "steering_convene", "steering_sign",
    "aid_withdraw",
    "minutes_send", "minutes_countersign",
}  # fmt: skip
"""What the acts that the demo has not reached yet will show (`next_acts`)."""

SHOWN_OTHERWISE = {"project_detail", "meeting_detail", "advance_detail", "convention_detail"}
"""What each role is shown in its own way: looked at again for each."""


def open_to(role: Role | None) -> set[str]:
    """The pages that somebody of a role, or nobody, may hope to reach on their way."""
    closed = {name for name, who in {*REFUSED_OBJECTS, *NOT_THEIRS} if who == role}
    hoped = set()
    for name, entry in ENTRIES.items():
        rule = rule_of(entry.callback, name)
        if rule.audience is Audience.MATRIX:
            found = role in MATRIX[rule.act]
            found &= PAGES[name].in_basin or role in OUTSIDE_BASINS
        else:
            found = (rule.audience is Audience.SIGNED_IN) is (role is not None)
        if found:
            hoped.add(name)
    return hoped - closed - NO_PAGE.keys() - NOT_IN_THE_DEMO.keys() - COMES_NEXT


def name_of(address: str) -> str:
    """The name of the page at an address of the site."""
    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return ""


def without_object(*, public: bool) -> list[str]:
    """The addresses that name no object; the public ones, or the others."""
    found = []
    for name, entry in ENTRIES.items():
        audience = rule_of(entry.callback, name).audience
        if name not in NO_PAGE and (audience is Audience.PUBLIC) is public:
            for values in ({}, {"basin": SLUG}):
                try:
                    found.append(reverse(name, kwargs=values))
                except NoReverseMatch:
                    continue
    return found


class Walk:
    """What has been seen of the site, by one person after the other."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def open(self, page: Page, address: str, look: Callable[[Page], None]) -> bool:
        """Look at the page of an address; False when it is none, or not for this person."""
        try:
            answer = page.goto(address)
        except Error as error:
            if "Download is starting" in error.message:
                return False
            raise
        if answer is None or not answer.ok or "html" not in answer.headers["content-type"]:
            return False
        self.seen.add(name_of(page.url))
        look(page)
        return True

    def open_all(
        self,
        page: Page,
        addresses: Iterable[str],
        look: Callable[[Page], None],
        *,
        role: Role | None = None,
    ) -> None:
        """From these addresses on, open the first page of each name that nobody has seen so.

        One object of each kind comes first, then a second one of each, and so on. Once no page that
        this role may reach is left, nobody looks any further. A page that is about no object opens
        at once, or never.
        """
        hoped, alone = open_to(role), {*without_object(public=True), *without_object(public=False)}
        theirs = hoped & SHOWN_OTHERWISE
        known, doors, waiting = set(), Counter[str](), []

        def look_behind(found: Iterable[str]) -> None:
            for address in found:
                name = name_of(address)
                if address in known or name not in ENTRIES or name in NO_PAGE:
                    continue
                known.add(address)
                doors[name] += 1
                if doors[name] <= DOORS:
                    heappush(waiting, (doors[name], len(known), address))

        look_behind(addresses)
        while waiting and not hoped <= self.seen - theirs:
            *_, address = heappop(waiting)
            name = name_of(address)
            if name not in self.seen - theirs:
                shown = self.open(page, address, look)
                theirs -= {name} if shown else set()
                look_behind(links(page) if shown else [])
                hoped -= {name} if address in alone else set()
            elif name.endswith(CROSSROADS):
                look_behind(ways_behind(page, address))


def links(page: Page, part: str = "body") -> list[str]:
    """The addresses of the site behind the links of a part of the page."""
    found = page.locator(f"{part} a, {part} iframe").evaluate_all(
        "all => all.map(a => new URL(a.href ?? a.src))"
        ".filter(url => url.origin === location.origin).map(url => url.pathname)"
    )
    return list(dict.fromkeys(found))


def ways_behind(page: Page, address: str) -> list[str]:
    """The same, of a page that is read and not shown."""
    answer = page.request.get(address)
    if not answer.ok or "html" not in answer.headers["content-type"]:
        return []
    found = re.findall(rf'href="(/(?:bassins/{SLUG}|reseau)/[^"?#]*)', answer.text())
    return list(dict.fromkeys(found))
