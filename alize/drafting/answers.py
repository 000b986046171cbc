"""How a text is handed over to a browser."""

from django.http import HttpResponse

from alize.drafting.docx import CONTENT_TYPE


def as_docx(content: bytes, name: str) -> HttpResponse:
    """A copy for lawyers, to save under a name."""
    return HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}.docx"'},
    )
