"""What a document costs beyond its layout: its own process, PDF/A, tags."""

from django.template.loader import render_to_string
from django.utils import timezone

from alize.demo.bench.measuring import Effort, Figure, in_turns, typical
from alize.demo.bench.stage import Stage
from alize.documents import pdf
from alize.documents.imprint import Imprint
from alize.drafting.documents import TEMPLATE
from basins import tenancy
from conventions.documents import TITLE, cooperation_words, layout
from conventions.models import CooperationConvention

TIMES = 3
"""How many conventions in one document, to come near the sixteen pages of scale.md 6."""


def pdf_figure(stage: Stage, *, effort: Effort) -> Figure:
    """A long document from HTML to the kept bytes / its layout alone."""
    from alize.documents import renderer  # it loads WeasyPrint, which only this measure needs

    html = _long_convention(stage)
    assets = renderer.HouseAssets()
    times = in_turns(
        {
            "total": lambda: pdf.render(html),
            "layout": lambda: renderer.lay_out(html, assets),
        },
        effort=effort.once_a_round,
    )
    total, layout = typical(times["total"]), typical(times["layout"])
    return Figure(
        "pdf",
        total / layout,
        1.6,
        f"quinze pages : {total:.2f} s, dont mise en page {layout:.2f} s",
    )


def _long_convention(stage: Stage) -> str:
    with tenancy.inside(stage.basin):
        convention = CooperationConvention.objects.select_related("project__beneficiary").first()
        imprint = Imprint(
            issuer=stage.basin.name,
            title=TITLE,
            reference=convention.reference,
            version=1,
            as_of=timezone.localdate(),
            is_draft=True,
        )
        words = cooperation_words(convention, on=imprint.as_of)
        html = render_to_string(TEMPLATE, layout(words) | {"imprint": imprint})
    start, end = html.index(">", html.index("<body")) + 1, html.rindex("</body>")
    return html[:start] + html[start:end] * TIMES + html[end:]
