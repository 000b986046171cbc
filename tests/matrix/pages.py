"""Every address of the site, whom it is for, and an object to visit it with.

A new address fails `test_every_address_is_visited` until it has its line here. An argument is the
path of an attribute of an object of `world.py`, or a literal after `=`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.urls import reverse

from tests.matrix.world import Side


class Audience(StrEnum):
    PUBLIC = "PUBLIC"
    SIGNED_IN = "SIGNED_IN"
    TOKEN = "TOKEN"
    MATRIX = "MATRIX"


@dataclass(frozen=True)
class Page:
    """One address: its audience, its act of the matrix, its arguments."""

    audience: Audience
    act: str = ""
    in_basin: bool = False
    arguments: dict[str, str] = field(default_factory=dict)

    @property
    def has_object(self) -> bool:
        """Whether the address names an object."""
        return any(not path.startswith("=") for path in self.arguments.values())

    def url(self, name: str, side: Side) -> str:
        """The address of the page of one basin's object."""
        values = {
            argument: path[1:] if path.startswith("=") else side.find(path)
            for argument, path in self.arguments.items()
        }
        return self._reverse(name, side, values)

    def unknown_url(self, name: str, side: Side) -> str:
        """The same for an object that does not exist."""
        values = {
            argument: path[1:] if path.startswith("=") else UNKNOWN.get(argument, 987_654)
            for argument, path in self.arguments.items()
        }
        return self._reverse(name, side, values)

    def _reverse(self, name: str, side: Side, values: dict[str, object]) -> str:
        basin = {"basin": side.basin.slug} if self.in_basin else {}
        return reverse(name, kwargs=basin | values)


UNKNOWN = {
    "reference": "2001-ZZZ-999",
    "decision_reference": "2001-D-ZZZ-999",
    "number": "98",
    "year": "2001",
}


def public(**arguments: str) -> Page:
    return Page(Audience.PUBLIC, arguments=arguments)


def signed_in(**arguments: str) -> Page:
    return Page(Audience.SIGNED_IN, arguments=arguments)


def token(path: str) -> Page:
    return Page(Audience.TOKEN, arguments={"token": path})


def basin(act: str, **arguments: str) -> Page:
    return Page(Audience.MATRIX, act, in_basin=True, arguments=arguments)


def national(act: str, **arguments: str) -> Page:
    return Page(Audience.MATRIX, act, arguments=arguments)


def national_text(act: str, number: str = "=1") -> Page:
    return national(act, kind="=partenariat", number=number)


def candidacy(act: str, **arguments: str) -> Page:
    return national(act, candidacy_id="candidacy.pk", **arguments)


def attachment(act: str) -> Page:
    return basin(act, reference="labelled.reference", attachment_id="attachment.pk")


def convention(act: str) -> Page:
    return basin(act, reference="convention.reference")


def circuit(act: str, **arguments: str) -> Page:
    return basin(act, circuit_id="circuit.pk", **arguments)


PAGES: dict[str, Page] = {
    "home": public(),
    "health": public(),
    # Ways in
    "account_login": public(),
    "sign_in_link_ask": public(),
    "sign_in_link_sent": public(),
    "sign_in_link": public(token="=inconnu"),
    "mfa_authenticate": public(),
    "mfa_login_webauthn": public(),
    "proconnect_login": public(),
    "proconnect_callback": public(),
    "account_logout": public(),
    "account_inactive": public(),
    "account_reset_password": public(),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": public(uidb36="=1", key="=inconnu"),
    "account_reset_password_from_key_done": public(),
    "invitation_accept": public(token="invitation_token"),
    # One's own access
    "account_reauthenticate": signed_in(),
    "mfa_reauthenticate": signed_in(),
    "mfa_reauthenticate_webauthn": signed_in(),
    "account_change_password": signed_in(),
    "account_set_password": signed_in(),
    "account_home": signed_in(),
    "mail_choices": signed_in(),
    "usersessions_list": signed_in(),
    "second_factor_reset_mine": signed_in(),
    "session_end": signed_in(session_id="=987654"),
    "mfa_index": signed_in(),
    "mfa_activate_totp": signed_in(),
    "mfa_deactivate_totp": signed_in(),
    "mfa_list_webauthn": signed_in(),
    "mfa_add_webauthn": signed_in(),
    "mfa_edit_webauthn": signed_in(pk="=1"),
    "mfa_remove_webauthn": signed_in(pk="=1"),
    "mfa_view_recovery_codes": signed_in(),
    "mfa_generate_recovery_codes": signed_in(),
    # Without an account
    "follow_up_review": token("follow_up_review_token"),
    "follow_up_link": token("follow_up_review_token"),
    "letter_page": token("decision_letter_token"),
    "paper_page": token("advance_paper_token"),
    "paper_download": token("advance_paper_token"),
    "contribution_confirm": token("contributions_token"),
    "contribution_link": token("contributions_token"),
    "reminder_page": token("repayment_token"),
    "reminder_letter": token("repayment_token"),
    "proxy_link": token("proxy_answer_token"),
    "letter_download": token("decision_letter_token"),
    "signing_page": token("signature_token"),
    "signing_document": token("signature_token"),
    "signing_seen": token("signature_token"),
    "signing_renew": token("signature_token"),
    "signing_dispute": token("signature_token"),
    "signing_sign": token("signature_token"),
    "signing_refuse": token("signature_token"),
    "signing_correct": token("signature_token"),
    "signing_delegate": token("signature_token"),
    "signing_paper": token("signature_token"),
    "document_verify": public(),
    "seal_certificates": public(),
    "seal_certificate": public(name="=inconnu.pem"),
    # A basin
    "basin_home": basin("basin.home"),
    "document_download": basin("document.read", document_id="document.pk"),
    "people_list": basin("people.read"),
    "register_list": basin("audit.read"),
    "person_invite": basin("people.invite"),
    "invitation_withdraw": basin("people.invite", invitation_id="invitation.pk"),
    "role_end": basin("people.invite", membership_id="membership.pk"),
    "second_factor_reset_ask": basin("reset.ask", membership_id="membership.pk"),
    "second_factor_reset_approve": basin("reset.approve", reset_id="reset.pk"),
    "second_factor_reset_stop": basin("reset.ask", reset_id="reset.pk"),
    # Projects
    "project_list": basin("project.read"),
    "project_create": basin("project.write"),
    "project_detail": basin("project.read", reference="labelled.reference"),
    "project_history": basin("project.read", reference="labelled.reference"),
    "project_panel": basin("project.read", reference="labelled.reference", panel="=convention"),
    "project_sheet": basin("project.write", reference="labelled.reference"),
    "project_drop": basin("project.write", reference="draft.reference"),
    "project_withdraw": basin("project.write", reference="draft.reference"),
    "project_resume": basin("project.write", reference="draft.reference"),
    "project_section": basin("project.write", reference="draft.reference", section="=projet"),
    "project_draft": basin("project.write", reference="draft.reference", section="=projet"),
    "project_draft_discard": basin("project.write", reference="draft.reference", section="=projet"),
    "attachment_download": attachment("project.read"),
    "attachment_remove": attachment("project.write"),
    "attachment_restore": attachment("project.write"),
    "project_diagnosis": basin("diagnosis.read", reference="labelled.reference"),
    "diagnosis_request": basin("diagnosis.request", reference="draft.reference"),
    "diagnosis_write": basin("diagnosis.write", reference="diagnosed.reference"),
    "diagnosis_draft": basin("diagnosis.write", reference="diagnosed.reference"),
    "diagnosis_validate": basin("diagnosis.request", reference="diagnosed.reference"),
    "diagnosis_complement": basin("diagnosis.request", reference="diagnosed.reference"),
    # Follow-up
    "follow_up_list": basin("follow_up.read"),
    "follow_up_remind": basin("follow_up.write"),
    "review_detail": basin("follow_up.read", review_id="review.pk"),
    "review_answer": basin("follow_up.answer", review_id="review.pk"),
    # Committee
    "meeting_list": basin("meeting.read"),
    "meeting_create": basin("meeting.write"),
    "meeting_detail": basin("meeting.read", number="meeting.number"),
    "meeting_state": basin("meeting.read", number="meeting.number"),
    "meeting_live": basin("diagnosis.read", number="meeting.number"),
    "meeting_screen": basin("diagnosis.read", number="meeting.number"),
    "meeting_suspend": basin("meeting.preside", number="meeting.number"),
    "meeting_resume": basin("meeting.preside", number="meeting.number"),
    "meeting_delegate": basin("meeting.preside", number="meeting.number"),
    "meeting_adjourn": basin("meeting.preside", number="meeting.number"),
    "meeting_edit": basin("meeting.write", number="meeting.number"),
    "meeting_convene": basin("meeting.write", number="meeting.number"),
    "meeting_cancel": basin("meeting.write", number="meeting.number"),
    "meeting_remind": basin("meeting.write", number="meeting.number"),
    "meeting_forecast": basin("meeting.write", number="meeting.number"),
    "meeting_again": basin("meeting.write", number="held.number"),
    "meeting_calendar": basin("meeting.read", number="meeting.number"),
    "answer_give": basin("interest.declare", number="meeting.number"),
    "agenda_order": basin("meeting.write", number="meeting.number"),
    "agenda_approve": basin("agenda.approve", number="meeting.number"),
    "pack_ask": basin("diagnosis.read", number="meeting.number"),
    "packs_publish": basin("meeting.write", number="meeting.number"),
    "pack_state": basin("diagnosis.read", number="meeting.number"),
    "attendance_sheet": basin("meeting.write", number="meeting.number"),
    "guest_add": basin("meeting.write", number="meeting.number"),
    "guest_remove": basin("meeting.write", guest_id="guest.pk"),
    "item_read": basin("diagnosis.read", item_id="item.pk"),
    "meeting_open": basin("ballot.chair", number="meeting.number"),
    "meeting_close": basin("ballot.chair", number="meeting.number"),
    "item_add": basin("meeting.write", number="meeting.number"),
    "attendance_list": basin("meeting.write", number="meeting.number"),
    "attendance_mine": basin("vote.cast", number="meeting.number"),
    "attendance_silent": basin("ballot.chair", number="meeting.number"),
    "attendance_leave": basin("meeting.write", attendance_id="attendance.pk"),
    "item_detail": basin("diagnosis.read", item_id="item.pk"),
    "item_move": basin("meeting.write", item_id="item.pk"),
    "item_minutes": basin("meeting.write", item_id="item.pk"),
    "item_remove": basin("meeting.write", item_id="item.pk"),
    "proposal_edit": basin("proposal.write", item_id="item.pk"),
    "interest_edit": basin("interest.declare", item_id="item.pk"),
    "interest_list": basin("diagnosis.read", item_id="item.pk"),
    "recusal_impose": basin("meeting.preside", item_id="item.pk", seat_id="seat.pk"),
    "recusal_lift": basin("meeting.preside", item_id="item.pk", seat_id="seat.pk"),
    "proxy_give": basin("proxy.give", number="meeting.number"),
    "proxy_list": basin("proxy.read", number="meeting.number"),
    "proxy_answer": basin("proxy.give", proxy_id="proxy.pk"),
    "proxy_revoke": basin("proxy.give", proxy_id="proxy.pk"),
    "item_note": basin("note.write", item_id="item.pk"),
    "question_ask": basin("question.ask", item_id="item.pk"),
    "question_answer": basin("question.answer", question_id="question.pk"),
    "ballot_open": basin("ballot.chair", item_id="item.pk"),
    "secrecy_ask": basin("vote.cast", item_id="item.pk"),
    "hands_note": basin("hands.note", ballot_id="ballot.pk"),
    "hands_confirm": basin("hands.confirm", ballot_id="ballot.pk"),
    "consultation_create": basin("meeting.write"),
    "consultation_detail": basin("meeting.read", number="written.item.meeting.number"),
    "consultation_edit": basin("meeting.write", number="written.item.meeting.number"),
    "consultation_cancel": basin("meeting.write", number="written.item.meeting.number"),
    "consultation_launch": basin("ballot.chair", number="written.item.meeting.number"),
    "consultation_discuss": basin("vote.cast", ballot_id="written.pk"),
    "ballot_detail": basin("diagnosis.read", ballot_id="ballot.pk"),
    "ballot_state": basin("diagnosis.read", ballot_id="ballot.pk"),
    "ballot_announce": basin("ballot.chair", ballot_id="ballot.pk"),
    "ballot_close": basin("ballot.chair", ballot_id="ballot.pk"),
    "ballot_cancel": basin("ballot.chair", ballot_id="ballot.pk"),
    "ballot_proclaim": basin("ballot.chair", ballot_id="ballot.pk"),
    "receipt_list": basin("vote.cast"),
    "minutes_detail": basin("minutes.read", number="held.number"),
    "minutes_draft": basin("minutes.write", number="held.number"),
    "minutes_send": basin("minutes.write", number="held.number"),
    "minutes_sign": basin("minutes.sign", number="held.number"),
    "minutes_countersign": basin("minutes.write", number="held.number"),
    "minutes_approve": basin("ballot.chair", number="held.number"),
    "minutes_remark": basin("minutes.remark", number="held.number"),
    "receipt_check": basin("meeting.read"),
    "minutes_return": basin("minutes.sign", number="held.number"),
    "decision_detail": basin("meeting.read", reference="decision.reference"),
    "decision_record": basin("decision.record", item_id="item.pk", outcome="=DEFERRED"),
    "decision_rectify": basin("decision.rectify", reference="decision.reference"),
    "reservation_make": basin("decision.reserve", reference="decision.reference"),
    "reservation_answer": basin("decision.answer", reservation_id="reservation.pk"),
    "decision_reopen": basin("decision.rectify", reference="decision.reference"),
    "condition_list": basin("meeting.read"),
    "condition_lift": basin("condition.lift", condition_id="condition.pk"),
    "rules_detail": basin("rules.read"),
    "rules_edit": basin("rules.propose"),
    "rules_apply": basin("rules.apply", change_id="change.pk"),
    "rules_refuse": basin("rules.decide", change_id="change.pk"),
    "regulations_attach": basin("rules.propose"),
    "regulations_download": basin("rules.read"),
    "regulations_proposed": basin("rules.read", change_id="change.pk"),
    "seat_list": basin("meeting.read"),
    "seat_detail": basin("meeting.read", seat_id="company_seat.pk"),
    "seat_create": basin("seat.write", partner_id="partner.pk"),
    "seat_edit": basin("seat.write", seat_id="company_seat.pk"),
    "seat_replace": basin("seat.write", seat_id="company_seat.pk"),
    "seat_end": basin("seat.write", seat_id="company_seat.pk"),
    "seat_alternates": basin("seat.write", seat_id="company_seat.pk"),
    "chair_order": basin("seat.write"),
    "declaration_mine": basin("declaration.make"),
    "declaration_list": basin("declaration.read"),
    "declaration_remind": basin("seat.write"),
    # Partners
    "partner_list": basin("partner.read"),
    "partner_create": basin("partner.write"),
    "partner_detail": basin("partner.read", partner_id="partner.pk"),
    "partner_edit": basin("partner.write", partner_id="partner.pk"),
    "contact_create": basin("partner.write", partner_id="partner.pk"),
    "contact_edit": basin("partner.write", partner_id="partner.pk", contact_id="contact.pk"),
    "pledge_save": basin("partner.write", partner_id="partner.pk"),
    "skill_list": basin("partner.read"),
    "skill_offer": basin("partner.write", partner_id="partner.pk"),
    "skill_withdraw": basin("partner.write", partner_id="partner.pk", offer_id="skill_offer.pk"),
    "mandate_add": basin("partner.write", partner_id="partner.pk", contact_id="contact.pk"),
    "mandate_document": basin("convention.read", partner_id="partner.pk", mandate_id="mandate.pk"),
    # Fund
    "fund_home": basin("fund.read"),
    "fund_capacity": basin("fund.read"),
    "fund_simulator": basin("fund.read"),
    "fund_figures": basin("fund.read"),
    "fund_settings": basin("fund.settings"),
    "reminder_list": basin("reminder.send"),
    "reminder_send": basin("reminder.send"),
    "funder_report_list": basin("ledger.read"),
    "funder_report_freeze": basin("funder_report.freeze"),
    "funder_report_detail": basin("ledger.read", reference="funder_report.reference"),
    "paper_send": basin(
        "paper.issue", reference="advance.reference", document_id="advance_paper.pk"
    ),
    "statement_issue": basin("paper.issue", reference="advance.reference"),
    "settlement_certificate": basin("paper.issue", reference="advance.reference"),
    "aid_register": basin("advance.read", reference="advance.project.reference"),
    "aid_declare": basin("aid.declare", reference="advance.project.reference"),
    "aid_withdraw": basin("aid.declare", reference="advance.project.reference", aid_id="aid.pk"),
    "aid_certificate": basin("aid.declare", reference="advance.reference"),
    "contribution_list": basin("fund.read"),
    "journal": basin("ledger.read"),
    "account_balance": basin("ledger.read"),
    "closing_list": basin("ledger.read"),
    "sepa_list": basin("sepa.read"),
    "sepa_format": basin("sepa.build"),
    "sepa_detail": basin("sepa.read", file_id="sepa.pk"),
    "sepa_download": basin("sepa.send", file_id="sepa.pk"),
    "sepa_sent": basin("sepa.send", file_id="sepa.pk"),
    "sepa_cancel": basin("sepa.build", file_id="sepa.pk"),
    "payee_propose": basin("payee.propose", reference="advance.reference"),
    "payee_decide": basin("payee.decide", payee_id="payee.pk"),
    "payee_refuse": basin("payee.decide", payee_id="payee.pk"),
    "fec_export": basin("ledger.read"),
    "closing_create": basin("ledger.close"),
    "provision_book": basin("provision.book"),
    "bank_home": basin("bank.read"),
    "bank_account_create": basin("bank.write"),
    "bank_account": basin("bank.read", account_id="bank_account.pk"),
    "bank_line_list": basin("bank.read", account_id="bank_account.pk"),
    "bank_import_create": basin("bank.write", account_id="bank_account.pk"),
    "bank_reconcile": basin("bank.write", account_id="bank_account.pk"),
    "bank_import": basin("bank.read", import_id="bank_import.pk"),
    "bank_import_state": basin("bank.read", import_id="bank_import.pk"),
    "bank_mapping": basin("bank.write", import_id="bank_import.pk"),
    "bank_line": basin("bank.write", line_id="bank_line.pk"),
    "clearing_undo": basin("bank.write", clearing_id="clearing.pk"),
    "contribution_create": basin("contribution.record"),
    "valued_create": basin("contribution.record"),
    "precondition_create": basin("payment.prepare", reference="advance.reference"),
    "precondition_meet": basin("payment.prepare", precondition_id="precondition.pk"),
    "precondition_waive": basin("payment.prepare", precondition_id="precondition.pk"),
    "schedule_history": basin("advance.read", reference="advance.reference"),
    "schedule_replace": basin("schedule.replace", reference="advance.reference"),
    "line_list": basin("ledger.read"),
    "pledge_list": basin("fund.read"),
    "confirmation_list": basin("fund.read"),
    "confirmation_campaign": basin("contribution.record", year="confirmation.year"),
    **{
        name: basin(act, year="confirmation.year", partner_id="confirmation.partner_id")
        for name, act in (
            ("confirmation_detail", "fund.read"),
            ("confirmation_ask", "contribution.record"),
            ("confirmation_remind", "contribution.record"),
        )
    },
    "restitution_propose": basin("contribution.record", contribution_id="contribution.pk"),
    "operating_account": basin("ledger.read"),
    "cost_create": basin("cost.record"),
    "bank_fee_create": basin("cost.record"),
    "give_back_create": basin("cost.record"),
    "agreement_create": basin("cost.record"),
    "allowance_propose": basin("authorization.ask"),
    "authorization_approve": basin("authorization.decide", authorization_id="authorization.pk"),
    "authorization_refuse": basin("authorization.decide", authorization_id="authorization.pk"),
    "refund_propose": basin("authorization.ask", reference="advance.reference"),
    "write_off_propose": basin("authorization.ask", reference="advance.reference"),
    "recovery_record": basin("repayment.record", reference="advance.reference"),
    "advance_detail": basin("advance.read", reference="advance.reference"),
    "payment_prepare": basin("payment.prepare", reference="advance.reference"),
    "payment_release": basin("payment.release", order_id="order.pk"),
    "payment_cancel": basin("payment.prepare", order_id="order.pk"),
    "repayment_record": basin("repayment.record", reference="advance.reference"),
    "reversal_approve": basin("reversal.decide", reversal_id="reversal.pk"),
    "reversal_refuse": basin("reversal.decide", reversal_id="reversal.pk"),
    "entry_reverse": basin("reversal.ask", entry_id="repayment.pk"),
    # Conventions
    "convention_list": basin("convention.read"),
    "partnership_begin": basin("convention.write"),
    "partnership_detail": basin("convention.read", convention_id="partnership.pk"),
    "partnership_edit": basin(
        "convention.write", convention_id="partnership.pk", section="=objectifs"
    ),
    "partnership_preview": basin("convention.write", convention_id="partnership.pk"),
    "partnership_docx": basin("convention.write", convention_id="partnership.pk"),
    "partnership_freeze": basin("convention.write", convention_id="partnership.pk"),
    "partnership_launch": basin("convention.write", convention_id="partnership.pk"),
    "partnership_reopen": basin("convention.write", convention_id="partnership.pk"),
    "partnership_cancel": basin("convention.write", convention_id="partnership.pk"),
    "partnership_renew": basin("convention.write", convention_id="partnership.pk"),
    "amendment_create": basin("convention.write", convention_id="partnership.pk"),
    "amendment_detail": basin("convention.read", amendment_id="amendment.pk"),
    "amendment_edit": basin("convention.write", amendment_id="amendment.pk"),
    "amendment_preview": basin("convention.write", amendment_id="amendment.pk"),
    "amendment_docx": basin("convention.write", amendment_id="amendment.pk"),
    "amendment_freeze": basin("convention.write", amendment_id="amendment.pk"),
    "amendment_launch": basin("convention.write", amendment_id="amendment.pk"),
    "amendment_reopen": basin("convention.write", amendment_id="amendment.pk"),
    "amendment_cancel": basin("convention.write", amendment_id="amendment.pk"),
    "convention_prepare": basin("convention.write", decision_reference="decision.reference"),
    "convention_detail": convention("convention.read"),
    "convention_edit": convention("convention.write"),
    "convention_recompute": convention("convention.write"),
    "convention_preview": convention("convention.write"),
    "convention_freeze": convention("convention.write"),
    "convention_reopen": convention("convention.write"),
    "convention_cancel": convention("convention.write"),
    "convention_launch": convention("convention.write"),
    "convention_conclude": convention("convention.write"),
    # Signatures
    "batch_sign": basin("signature.sign"),
    "batch_open": basin("signature.sign", signer_id="president_signer.pk"),
    "circuit_detail": circuit("signature.read"),
    "circuit_evidence": circuit("signature.evidence"),
    "circuit_remind": circuit("signature.write", signer_id="signer.pk"),
    "circuit_resume": circuit("signature.write"),
    "circuit_seal": circuit("signature.write"),
    "circuit_ceremony": circuit("signature.write"),
    "circuit_extend": circuit("signature.write"),
    "circuit_cancel": circuit("signature.write"),
    "circuit_paper": circuit("signature.write"),
    "circuit_confirm": circuit("signature.confirm", scan_id="paper_signer.scan_id"),
    "circuit_scan": circuit("signature.read", scan_id="paper_signer.scan_id"),
    "delegation_decide": circuit("signature.write", delegation_id="delegation.pk"),
    "delegation_mandate": circuit("signature.read", delegation_id="delegation.pk"),
    "convention_docx": convention("convention.write"),
    "clause_list": basin("convention.read"),
    "clause_edit": basin("convention.write", kind="=partenariat", zone="=priorites"),
    # Steering
    "report_list": basin("report.read"),
    "report_prepare": basin("report.write"),
    "report_detail": basin("report.read", year="report.year"),
    "report_preview": basin("report.write", year="unpublished.year"),
    "report_publish": basin("report.write", year="unpublished.year"),
    "steering_meeting": basin("report.read", number="steering.number"),
    # The network
    "national_home": national("national.read"),
    "national_basins": national("national.read"),
    "text_list": national("national.read"),
    "text_kind": national("national.read", kind="=cooperation"),
    "text_start": national("text.write", kind="=cooperation"),
    "text_detail": national_text("national.read"),
    "text_edit": national_text("text.write"),
    "text_compare": national_text("national.read", number="=2"),
    "text_publish": national_text("text.write"),
    "text_discard": national_text("text.write"),
    "text_preview": national_text("national.read"),
    "text_docx": national_text("national.read"),
    "candidacy_list": national("candidacy.read"),
    "candidacy_begin": national("candidacy.write"),
    "candidacy_detail": candidacy("candidacy.read"),
    "candidacy_edit": candidacy("candidacy.write", stage="=territoire"),
    "candidate_partner_add": candidacy("candidacy.write"),
    "candidate_partner_edit": candidacy("candidacy.write", partner_id="candidate.pk"),
    "candidate_partner_remove": candidacy("candidacy.write", partner_id="candidate.pk"),
    "candidacy_submit": candidacy("candidacy.write"),
    "candidacy_withdraw": candidacy("candidacy.write"),
    "candidacy_decide": candidacy("candidacy.write"),
    "candidacy_space": candidacy("candidacy.read"),
    "candidacy_resume": candidacy("candidacy.write"),
    "candidacy_file": candidacy("candidacy.read"),
    "candidacy_record": candidacy("candidacy.read"),
    "candidacy_decision": candidacy("candidacy.read", decision_id="national_decision.pk"),
    "candidacy_minutes": candidacy("candidacy.read", decision_id="national_decision.pk"),
    # The demo
    "demo_enter": public(key="=inconnu"),
    "demo_people": public(),
    "demo_codes": public(),
    "demo_mails": public(),
    "demo_mail": public(pk="mail.pk"),
    "demo_mail_html": public(pk="mail.pk"),
    "demo_mail_calendar": public(pk="mail.pk"),
    "demo_components": public(),
}
