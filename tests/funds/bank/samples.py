"""Bank files as banks write them, made for the tests."""

from dataclasses import dataclass
from datetime import date, timedelta

OWN_IBAN = "FR7630006000011234567890189"
NEW_IBAN = "FR7630006000010009876543256"
"""Where the account moves when it changes bank."""
OPERATING_IBAN = "FR7630006000010000000004226"
COMPANY_IBAN = "FR1420041010050500013M02606"
OPENING, CLOSING = 10_000_000, 9_554_306
"""T23: 100 000.00 − 4 456.94 = 95 543.06."""


@dataclass(frozen=True)
class Detail:
    amount: str
    end_to_end_id: str = ""
    name: str = ""
    iban: str = ""
    text: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Entry:
    amount: str
    credit: bool
    day: date
    reference: str
    details: tuple[Detail, ...] = ()
    status: str = "BOOK"
    reversal: bool = False
    info: str = ""


ENTRIES = (
    Entry("277.77", True, date(2027, 3, 1), "B001", (
        Detail("277.77", "NOTPROVIDED", "MENUISERIE DES BAUGES", COMPANY_IBAN,
               "REMB AV-2026-SAV-014 ECHEANCE 1"),
    )),
    # A batch of two direct debits, booked as one.
    Entry("1166.66", True, date(2027, 3, 2), "B002", (
        Detail("666.66", "ALZ-AV-2026-SAV-015-E2", "ATELIER VELO", "", "AVANCE"),
        Detail("500.00", "ALZ-AV-2026-SAV-016-E1", "FROMAGERIE", "", "AVANCE"),
    )),
    Entry("5000.00", False, date(2027, 3, 3), "B003", (
        Detail("5000.00", "ALZ-AV-2026-SAV-017-E1", "SCIERIE DU LAC", COMPANY_IBAN, "VERSEMENT"),
    )),
    Entry("666.66", False, date(2027, 3, 4), "B004", (
        Detail("666.66", "ALZ-AV-2026-SAV-015-E2", "ATELIER VELO", "", "REJET", "AM04"),
    ), reversal=True),
    Entry("234.71", False, date(2027, 3, 5), "B005", info="FRAIS DE TENUE DE COMPTE"),
    Entry("9999.00", True, date(2027, 3, 6), "B006", status="PDNG", info="VIREMENT A VENIR"),
)  # fmt: skip


def camt(
    version: int = 8,
    *,
    entries: tuple[Entry, ...] = ENTRIES,
    opening: str = "100000.00",
    closing: str = "95543.06",
    since: date = date(2027, 3, 1),
    until: date = date(2027, 3, 6),
    iban: str = OWN_IBAN,
    prefix: str = "",
) -> bytes:
    """A camt.053 of version 02 or 08."""
    body = "".join(_entry(entry, version) for entry in entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prefix}'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}">'
        "<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2027-03-06T20:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>S1</Id><FrToDt><FrDtTm>{since}T00:00:00</FrDtTm><ToDtTm>{until}T23:59:59"
        f"</ToDtTm></FrToDt><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_balance('OPBD', opening, since)}{_balance('CLBD', closing, until)}{body}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(kind: str, amount: str, day: date) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(entry: Entry, version: int) -> str:
    status = f"<Cd>{entry.status}</Cd>" if version == 8 else entry.status
    side = "CRDT" if entry.credit else "DBIT"
    details = "".join(_detail(one, entry, version) for one in entry.details)
    return (
        f'<Ntry><Amt Ccy="EUR">{entry.amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        + ("<RvslInd>true</RvslInd>" if entry.reversal else "")
        + f"<Sts>{status}</Sts><BookgDt><Dt>{entry.day}</Dt></BookgDt>"
        f"<ValDt><Dt>{entry.day}</Dt></ValDt><AcctSvcrRef>{entry.reference}</AcctSvcrRef>"
        + (f"<NtryDtls>{details}</NtryDtls>" if details else "")
        + (f"<AddtlNtryInf>{entry.info}</AddtlNtryInf>" if entry.info else "")
        + "</Ntry>"
    )


def _detail(one: Detail, entry: Entry, version: int) -> str:
    amount = f'<Amt Ccy="EUR">{one.amount}</Amt>'
    if version == 2:
        amount = f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
    name = f"<Nm>{one.name}</Nm>"
    # A debit that came back keeps the debtor it had.
    role = "Dbtr" if entry.credit != entry.reversal else "Cdtr"
    party = f"<{role}>{f'<Pty>{name}</Pty>' if version == 8 else name}</{role}>"
    if one.iban:
        party += f"<{role}Acct><Id><IBAN>{one.iban}</IBAN></Id></{role}Acct>"
    returned = f"<RtrInf><Rsn><Cd>{one.reason}</Cd></Rsn></RtrInf>" if one.reason else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{one.end_to_end_id}</EndToEndId></Refs>{amount}"
        f"<RltdPties>{party}</RltdPties><RmtInf><Ustrd>{one.text}</Ustrd></RmtInf>"
        f"{returned}</TxDtls>"
    )


def many(count: int) -> bytes:
    """A camt of so many lines of one euro."""
    first = date(2027, 1, 1)
    entries = tuple(
        Entry("1.00", True, first + timedelta(days=rank * 300 // count), f"R{rank:06d}", (
            Detail("1.00", f"E{rank}", f"CLIENT {rank}", "", f"PAIEMENT {rank}"),
        ))
        for rank in range(count)
    )  # fmt: skip
    return camt(entries=entries, opening="0.00", closing=f"{count}.00", since=first,
                until=date(2027, 12, 31))  # fmt: skip


OFX_SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE

<OFX><SIGNONMSGSRSV1><SONRS><DTSERVER>20270306120000<LANGUAGE>FRA</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>30006<BRANCHID>00001<ACCTID>12345678901<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20270301<DTEND>20270306
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20270301<TRNAMT>277,77<FITID>F1<NAME>MENUISERIE &amp; FILS
<MEMO>Échéance AV-2026-SAV-014</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20270305120000.000[+1:CET]<TRNAMT>-12,50<FITID>F2
<NAME>FRAIS</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1265,27<DTASOF>20270306</LEDGERBAL>
<AVAILBAL><BALAMT>9,99<DTASOF>20270306</AVAILBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
""".encode("cp1252")

OFX_XML = """<?xml version="1.0" encoding="UTF-8"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR</CURDEF>
<BANKACCTFROM><BANKID>30006</BANKID><BRANCHID>00001</BRANCHID><ACCTID>12345678901</ACCTID>
</BANKACCTFROM><BANKTRANLIST><DTSTART>20270301</DTSTART><DTEND>20270306</DTEND>
<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20270301</DTPOSTED><TRNAMT>277.77</TRNAMT>
<FITID>F1</FITID><NAME>MENUISERIE &amp; FILS</NAME><MEMO>Échéance AV-2026-SAV-014</MEMO></STMTTRN>
<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20270305</DTPOSTED><TRNAMT>-12.50</TRNAMT>
<FITID>F2</FITID><NAME>FRAIS</NAME></STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>1265.27</BALAMT><DTASOF>20270306</DTASOF></LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
""".encode()


def overpunched(cents: int) -> str:
    """Fourteen digits whose last one carries the sign."""
    digits = f"{abs(cents):014d}"
    return digits[:-1] + ("{ABCDEFGHI" if cents >= 0 else "}JKLMNOPQR")[int(digits[-1])]


def cfonb_record(kind: str, day: str, **fields: str) -> str:
    """One record of 120 characters."""
    record = [" "] * 120
    put = {0: kind, 2: "30006", 7: "    ", 11: "00001", 16: "EUR", 19: "2", 21: "12345678901",
           34: day}  # fmt: skip
    places = {"value": 42, "label": 48, "number": 81, "amount": 90, "qualifier": 45, "text": 48,
              "reject": 40}  # fmt: skip
    put |= {places[name]: text for name, text in fields.items()}
    for start, text in put.items():
        record[start : start + len(text)] = text
    return "".join(record)


def cfonb(*, closing: int = 126_527, ends: str = "\r\n") -> bytes:
    """Two operations, one completed by its payer, its reference and a longer label."""
    records = [
        cfonb_record("01", "280227", amount=overpunched(100_000)),
        cfonb_record("04", "010327", value="020327", label="VIR MENUISERIE", number="0000000",
                     amount=overpunched(27_777)),
        cfonb_record("05", "010327", qualifier="LCC", text="AV-2026-SAV-014 ECHEANCE 1"),
        cfonb_record("05", "010327", qualifier="NPY", text="MENUISERIE DES BAUGES"),
        cfonb_record("05", "010327", qualifier="RCN", text="REF-CLIENT-1"),
        cfonb_record("04", "050327", value="050327", label="FRAIS", number="0000042",
                     amount=overpunched(-1_250)),
        cfonb_record("07", "060327", amount=overpunched(closing)),
    ]  # fmt: skip
    return (ends.join(records) + ends).encode("cp1252")


CSV_ONE_AMOUNT = """Date;Date de valeur;Libellé;Montant;Solde
05/03/2027;05/03/2027;FRAIS;-12,50;1 265,27
01/03/2027;02/03/2027;VIR MENUISERIE AV-2026-SAV-014;277,77;1 277,77
""".encode("cp1252")

CSV_TWO_AMOUNTS = """Compte 12345678901
Date,Libellé,Débit,Crédit
2027-03-01,VIR MENUISERIE AV-2026-SAV-014,,277.77
2027-03-05,FRAIS,12.50,
""".encode()
