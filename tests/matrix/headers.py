"""What every answer carries (security.md S22, S23): asked at each visit of the walk."""

from typing import Any

POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "report-uri /politique/",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}
OTHERWISE = {"demo_mail_html": "the page of a mail frames the mail, under a policy of its own"}
LEAVING = "account_logout"
"""Its answer is for somebody who has just left."""


def missing_from(answer: Any, *, signed_in: bool) -> list[str]:
    """The headers that an answer lacks, or bears otherwise."""
    found = [f"{name}: {answer.headers.get(name)}" for name, value in HEADERS.items()
             if answer.headers.get(name) != value]  # fmt: skip
    policy = answer.headers.get("Content-Security-Policy", "")
    if not {part.strip() for part in policy.split(";")} >= POLICY or "unsafe" in policy:
        found.append(f"Content-Security-Policy: {policy}")
    if "Permissions-Policy" not in answer.headers:
        found.append("Permissions-Policy")
    kept = answer.headers.get("Cache-Control", "")
    if ("no-store" not in kept) if signed_in else not kept:
        found.append(f"Cache-Control: {kept}")
    return found
