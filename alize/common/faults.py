"""What is wrong in what was sent, each fault with the field to go to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.forms import BaseForm, BaseFormSet

from alize.common.money import NO_BREAK_SPACE


@dataclass(frozen=True)
class Fault:
    """One thing to put right; about the whole, it has no field."""

    reason: str
    label: str = ""
    field_id: str = ""


@dataclass(frozen=True)
class Sent:
    """A form and the lines sent by the same button, by the word for one of them."""

    form: BaseForm
    lines: Mapping[str, BaseFormSet] = field(default_factory=dict)


def faults_of(sent: BaseForm | Sent) -> list[Fault]:
    """All that is wrong, in the order of the page; a line to be deleted has nothing wrong."""
    if isinstance(sent, BaseForm):
        return list(_of_form(sent))
    found = list(_of_form(sent.form))
    for noun, lines in sent.lines.items():
        found += [Fault(str(error)) for error in lines.non_form_errors()]
        for number, line in enumerate(lines, start=1):
            if line.errors and not line.cleaned_data.get("DELETE"):
                found += _of_form(line, where=f"{noun} {number}, ")
    return found


def _of_form(form: BaseForm, *, where: str = "") -> Iterator[Fault]:
    for error in form.non_field_errors():
        yield Fault(str(error))
    for bound in form:
        if bound.is_hidden:
            # It has no name that people know, and no place on the page.
            yield from (Fault(str(error)) for error in bound.errors)
            continue
        # A box to tick is itself the sentence that its error is about.
        label = "" if bound.widget_type == "checkbox" else _leading_to(str(bound.label))
        # Fields of one label, for several people, say whose they are by their `group`.
        group = getattr(bound.field, "group", "")
        place = where or (f"{group}, " if group else "")
        if place and label:
            label = place + label[0].lower() + label[1:]
        for error in bound.errors:
            yield Fault(str(error), label, bound.id_for_label or f"{bound.auto_id}_0")


def _leading_to(label: str) -> str:
    """A label before what it introduces: « Montant : »; one with a sign of its own keeps it."""
    return label if label.endswith(("?", "!", ":")) else f"{label}{NO_BREAK_SPACE}:"
