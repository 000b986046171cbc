"""A faithful ProConnect: a real server that refuses what the real one refuses.

State and nonce of 32 characters at least, a code good for one use, answers signed with RS256, the
one about the person being a signed token too.
"""

import json
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KEY_ID = "alize-client", "alize-secret", "cle-1"
SHORTEST = 32


def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class ProConnectStub:
    """The state of the server: who is signing in, and what it gets wrong on purpose."""

    def __init__(self) -> None:
        self.key = make_key()
        self.signing_key = self.key
        self.person = {"sub": "agent-1", "email": "agent@prefecture.example", "usual_name": "Roy"}
        self.wrong: dict = {}
        self.codes: dict[str, str] = {}
        self.url = ""
        self.trouble: Callable[[], int] | None = None
        """What happens instead of an answer, and the status that is given then."""

    def signed(self, claims: dict, **header: str) -> str:
        now = int(time.time())
        standard = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "jti": uuid4().hex}
        return jwt.encode(
            {**standard, **claims, **self.wrong},
            self.signing_key,
            algorithm="RS256",
            headers={"kid": KEY_ID, **header},
        )

    def configuration(self) -> dict:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "userinfo_signing_alg_values_supported": ["RS256", "ES256"],
        }

    def jwks(self) -> dict:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

    def authorize(self, query: dict[str, str]) -> str:
        """The address the agent is sent back to; refuses as the real one does."""
        for name in ("state", "nonce"):
            if len(query.get(name, "")) < SHORTEST:
                raise ValueError(f"{name} is too short")
        if query["client_id"] != CLIENT or "openid" not in query["scope"].split():
            raise ValueError("unknown client or scope")
        code = uuid4().hex
        self.codes[code] = query["nonce"]
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> dict:
        if (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            raise ValueError("wrong secret")
        nonce = self.codes.pop(form["code"])
        return {
            "access_token": "jeton",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self.signed({"sub": self.person["sub"], "nonce": nonce}),
        }


def _handler(stub: ProConnectStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if stub.trouble:
                self._answer("{}", status=stub.trouble())
            elif parts.path == "/.well-known/openid-configuration":
                self._answer(json.dumps(stub.configuration()))
            elif parts.path == "/jwks":
                self._answer(json.dumps(stub.jwks()))
            elif parts.path == "/userinfo":
                if self.headers["Authorization"] != "Bearer jeton":
                    self._answer("{}", status=401)
                else:
                    self._answer(stub.signed(stub.person), kind="application/jwt")
            elif parts.path == "/authorize":
                self._authorize(parts.query)
            else:
                self._answer("{}", status=404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                self._answer(json.dumps(stub.token({k: v[0] for k, v in parse_qs(body).items()})))
            except (KeyError, ValueError):
                self._answer('{"error": "invalid_grant"}', status=400)

        def _authorize(self, query: str) -> None:
            try:
                back = stub.authorize({k: v[0] for k, v in parse_qs(query).items()})
            except (KeyError, ValueError) as error:
                self._answer(str(error), status=400)
                return
            self.send_response(302)
            self.send_header("Location", back)
            self.end_headers()

        def _answer(self, body: str, *, status: int = 200, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            """Stay silent: the tests speak."""

    return Handler


@contextmanager
def serving():
    """Run a ProConnect on a free port for the time of a test."""
    stub = ProConnectStub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
