"""Two people who have the same page open: what becomes of what each of them typed."""

from alize.common.writings import BEHIND
from tests.words import plain, spaced


def second_of_two(client, other, page, *, theirs, mine) -> str:
    """The page that answers whoever saves second, refused until it is sent again.

    Both opened the page; `theirs` was saved first, twice by a double click.
    """
    opened = client.get(page)
    assert f'value="{opened.context["form"]["mark"].value()}" data-draft-base' in plain(opened)
    shown = {field.html_name: field.value() for field in opened.context["form"]}
    sent = {name: "" if value is None else value for name, value in shown.items()}
    for _ in range(2):
        first = other.post(page, sent | theirs)
        assert first.status_code == 302, plain(first)
    answer = client.post(page, sent | mine)
    assert answer.status_code in {409, 422}
    assert BEHIND in plain(answer)
    kept, compared = client.get(page).context["form"], answer.context["form"]
    assert {name: spaced(str(kept[name].value())) for name in theirs} == theirs
    assert {name: compared[name].value() for name in mine} == mine
    again = client.post(page, sent | mine | {"mark": compared["mark"].value()})
    assert again.status_code == 302, plain(again)
    assert client.get(page).context["form"]["mark"].value() != compared["mark"].value()
    return plain(answer)
