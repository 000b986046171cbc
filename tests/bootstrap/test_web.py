"""The web server takes a port that nobody holds."""

import socket

import pytest

from alize.bootstrap import web


def test_choose_port_with_the_usual_one_taken_takes_the_next(listener, monkeypatch):
    monkeypatch.setattr(web, "DEFAULT_PORT", listener)
    assert web.choose_port(None) > listener


def test_a_port_held_is_of_the_site_alone_and_whoever_comes_early_is_heard_by_it():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with web.held(port) as door:
        assert not web.is_free(port)
        with socket.create_connection(("127.0.0.1", port)) as early:
            early.sendall(b"GET")
            served, _ = door.accept()
            with served:
                assert served.recv(3) == b"GET"


def test_is_free_of_a_port_taken_is_false(listener):
    assert not web.is_free(listener)


def test_is_free_of_a_port_just_released_is_true():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert web.is_free(port)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 on this machine")
def test_is_free_of_a_port_taken_by_ipv6_alone_is_false():
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 address on this machine")
    with server:
        assert not web.is_free(server.getsockname()[1])
