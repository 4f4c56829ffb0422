"""A running stack as end-to-end tests see it: addresses, accounts, and processes to kill."""

from __future__ import annotations

import os
import secrets
import signal
import uuid
from dataclasses import dataclass

import httpx

from vidmill.db import accounts, api_keys
from vidmill.db.pool import Database
from vidmill.passwords import hash_password
from vidmill_stack.conductor import Stack
from vidmill_stack.processes import running_pid
from vidmill_stack.supervision import Supervisor


@dataclass(frozen=True)
class Account:
    """A user of a running stack, with what they sign in with."""

    id: uuid.UUID
    email: str
    password: str
    api_key: str


class RunningStack:
    """The whole product, started."""

    def __init__(self, stack: Stack) -> None:
        self.config = stack.config
        self.environment = stack.environment
        self.secrets = stack.secrets
        self.supervisor = Supervisor(stack.config.home)

    @property
    def api_url(self) -> str:
        """Where the REST service answers."""
        return f"http://127.0.0.1:{self.config.api_port}"

    @property
    def graphql_url(self) -> str:
        """Where the GraphQL service answers."""
        return f"http://127.0.0.1:{self.config.graphql_port}"

    @property
    def web_url(self) -> str:
        """Where the web interface answers, if it is built."""
        return f"http://127.0.0.1:{self.config.web_port}"

    @property
    def admin_api_key(self) -> str:
        """The administrator's API key."""
        return self.secrets.admin_api_key

    def client(self, api_key: str | None = None) -> httpx.AsyncClient:
        """A client of the REST service, as the administrator unless another key is given."""
        headers = {"X-API-Key": api_key or self.admin_api_key}
        return httpx.AsyncClient(
            base_url=self.api_url, headers=headers, timeout=30, trust_env=False
        )

    async def create_user(self, email: str | None = None) -> Account:
        """Add a user with a password and an API key; the e-mail address is made up by default."""
        address = email or f"{uuid.uuid4().hex}@example.com"
        password, key = secrets.token_urlsafe(16), f"vm_{secrets.token_urlsafe(32)}"
        db = Database(self.environment["DATABASE_URL"], size=1, name="stack-accounts")
        await db.open()
        try:
            user = await accounts.create_user(
                db, email=address, password_hash=await hash_password(password)
            )
            if user is None:
                raise ValueError(f"There is a user {address} already.")
            await api_keys.store_api_key(db, owner_id=user.id, name="test", key=key)
        finally:
            await db.close()
        return Account(user.id, address, password, key)

    def pid(self, program: str) -> int:
        """Process id of a program, such as `worker-1`; raises `LookupError` while it is down."""
        pid = running_pid(self.config.home.pid_file(program))
        if pid is None:
            raise LookupError(f"{program} is not running")
        return pid

    def signal(self, program: str, number: signal.Signals) -> None:
        """Send a signal to a program's main process: SIGKILL, SIGSTOP, SIGCONT, SIGTERM."""
        os.kill(self.pid(program), number)
