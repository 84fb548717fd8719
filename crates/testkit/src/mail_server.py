"""A mail server for tests, on a free port of this machine.

Its first line on stdout is {"port": N}; then comes one line for each letter it took. It ends with its
standard input, and so with the test that started it.
"""

import asyncio
import json
import socket
import ssl
import sys
import threading

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = b"rollcall@learn.test", b"p@ss:word"


def say(**line):
    print(json.dumps(line), flush=True)


class Handler:
    def __init__(self, mode):
        self.mode = mode

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mode == "refuse":
            return "550 5.1.1 no such user here: " + address
        if self.mode == "full":
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.mode == "later":
            return "451 4.3.0 try again later"
        say(
            sender=envelope.mail_from,
            to=envelope.rcpt_tos,
            tls=server.transport.get_extra_info("ssl_object") is not None,
            login=session.authenticated,
            data=envelope.content.decode("utf-8"),
        )
        if self.mode == "drop_after":
            server.transport.abort()
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=good, handled=not good, message=None if good else "535 5.7.8 no")


def certificate():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


async def serve(mode):
    context = certificate() if mode in ("starttls", "login", "tls") else None
    upgrade = context if mode != "tls" else None

    def session():
        return SMTP(
            Handler(mode),
            hostname="mail.test",
            tls_context=upgrade,
            require_starttls=upgrade is not None,
            authenticator=authenticate if mode == "login" else None,
            auth_required=mode == "login",
        )

    loop = asyncio.get_running_loop()
    outer = context if mode == "tls" else None
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=outer)
    say(port=server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)


def silent(hang_up):
    """Takes connections and says nothing, or hangs up at once."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept = []

    def take():
        while True:
            connection, _ = listener.accept()
            if hang_up:
                connection.close()
            else:
                kept.append(connection)

    threading.Thread(target=take, daemon=True).start()
    return listener.getsockname()[1]


def main():
    mode = sys.argv[1]
    if mode in ("hang", "drop"):
        say(port=silent(mode == "drop"))
        sys.stdin.read()
    else:
        asyncio.run(serve(mode))


main()
