"""The check of a running demo reaches it whatever the machine knows of names and proxies."""

import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from alize.demo.management.commands.check_demo import Visit


class Site(BaseHTTPRequestHandler):
    """Answers « ici » at every address."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ici")


def test_a_visit_needs_neither_the_name_of_the_machine_nor_its_proxy(monkeypatch):
    ask = socket.getaddrinfo

    def by_number_only(host, *rest, **options):
        if host == "localhost":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", by_number_only)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with HTTPServer(("127.0.0.1", 0), Site) as site:
        Thread(target=site.handle_request, daemon=True).start()
        visit = Visit(site.server_port)
        assert (visit.open("/sante/"), visit.faults) == (("/sante/", "ici"), [])
