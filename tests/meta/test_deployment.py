"""The image, its containers and their proxy, read as the server that runs them reads them."""

import re
import shlex

from django.conf import settings
from django.core.management import get_commands, load_command_class


def test_one_service_makes_the_image_of_all_and_they_wait_for_it():
    """Each that makes it would make it again; none looks for it elsewhere."""
    compose = (settings.BASE_DIR / "docker-compose.yml").read_text()
    shared, _, services = compose.partition("services:")
    [building] = re.findall(
        r"^  (\w+):\n    <<: \*application\n    build: \.$", services, re.MULTILINE
    )
    assert compose.count("build:") == 1
    assert "pull_policy: never" in shared
    assert re.search(rf"depends_on:\n +{building}:\n +condition: service_completed", shared)


def test_the_image_holds_the_code_and_nothing_that_lies_beside_it():
    """A backup taken in this folder, or a key brought back into it, is nobody's to read there."""
    first, *allowed = [
        line
        for line in (settings.BASE_DIR / ".dockerignore").read_text().splitlines()
        if not line.startswith("#")
    ]
    assert first == "*"
    rooms = {app.split(".")[0] for app in settings.INSTALLED_APPS}
    code = {room for room in rooms if (settings.BASE_DIR / room / "__init__.py").exists()}
    recipe = (settings.BASE_DIR / "Dockerfile").read_text()
    copied = {
        name
        for line in re.findall(r"^COPY ((?!--|\. ).+) \./$", recipe, re.MULTILINE)
        for name in line.split()
    }
    folders = {"deploy", "static", "templates"}
    assert set(allowed) == {f"!{name}" for name in code | copied | folders} | {"**/__pycache__"}


def test_the_proxy_says_nothing_for_all_the_sites_of_its_server():
    """What the nginx.conf of a package says for all, said twice, keeps nginx from starting."""
    proxy = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
    assert set(re.findall(r"^(\w+)", proxy, re.MULTILINE)) == {"upstream", "server"}


def test_the_commands_of_the_readme_are_understood():
    readme = (settings.BASE_DIR / "README.md").read_text()
    typed = re.findall(
        r"`(?:docker compose run --rm (?:-T )?|… )(?:prepare|web) ([^`<]+?)(?: <[^`]+)?`", readme
    )
    assert len(typed) >= 8
    for line in typed:
        name, *arguments = shlex.split(line)
        command = load_command_class(get_commands()[name], name)
        command.create_parser("django", name).parse_args(arguments)
