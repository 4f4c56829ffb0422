"""What an installation has from its first start on, and what a changed setting changes."""

from __future__ import annotations

import asyncio

from vidmill.access import ALL_SCOPES
from vidmill.authentication import user_of_password
from vidmill.bootstrap import bootstrap, create_admin
from vidmill.db import api_keys, sessions
from vidmill.db.pool import Database
from vidmill.settings import Settings
from vidmill.users import Role
from vidmill_stack.pytest_plugin import MakeSettings


async def test_it_can_be_done_twice_at_once(settings: Settings, db: Database) -> None:
    await asyncio.gather(bootstrap(settings), bootstrap(settings))
    assert settings.admin_api_key is not None
    key = settings.admin_api_key.get_secret_value()
    use = await api_keys.find_api_key(db, key, address=None, note_use=False)
    assert use is not None
    assert (use.user.email, use.user.role) == (settings.admin_email, Role.ADMIN)
    assert use.scopes == ALL_SCOPES


async def test_a_new_admin_password_ends_what_was_begun_with_the_old(
    settings: Settings, make_settings: MakeSettings, db: Database
) -> None:
    assert settings.admin_password is not None
    admin = await user_of_password(
        db, settings.admin_email, settings.admin_password.get_secret_value()
    )
    session_id = await sessions.begin_session(db, admin.id, ttl_seconds=60)
    await create_admin(db, settings)
    assert await sessions.fetch_session_user(db, session_id, ttl_seconds=None), "nothing changed"
    await create_admin(db, make_settings(admin_password="another one"))
    assert await sessions.fetch_session_user(db, session_id, ttl_seconds=None) is None
    assert (await user_of_password(db, settings.admin_email, "another one")).id == admin.id
