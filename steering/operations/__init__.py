"""Prepare and publish the evaluation report; the steering committee stands beside."""

from steering.operations.reports import (
    FiguresChanged,
    issue_report,
    prepare_report,
    publish_report,
)

__all__ = [
    "FiguresChanged",
    "issue_report",
    "prepare_report",
    "publish_report",
]
