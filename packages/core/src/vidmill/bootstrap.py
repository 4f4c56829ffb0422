"""Everything an installation needs before its services can work, done as often as one likes:
migrations, the bucket, the built-in presets, the first administrator and their API key."""

from __future__ import annotations

import asyncio
import logging

from vidmill.db import accounts, api_keys, presets, sessions
from vidmill.db.migrate import migrate
from vidmill.db.pool import Database
from vidmill.logs import configure_logging
from vidmill.passwords import hash_password, verify_password
from vidmill.presets import BUILT_IN
from vidmill.settings import Settings, load_settings
from vidmill.storage import Storage
from vidmill.users import Role

log = logging.getLogger(__name__)


async def bootstrap(settings: Settings) -> None:
    """Prepare database, bucket and first account; safe to repeat and to run twice at once."""
    url = settings.database_url.get_secret_value()
    await migrate(url)
    db = Database(url, size=2, name="vidmill-bootstrap")
    storage = Storage(settings)
    await db.open()
    try:
        async with db.transaction() as conn:
            for name, preset in BUILT_IN.items():
                await presets.store_builtin(conn, name, preset.model_dump(mode="json"))
        await create_admin(db, settings)
        await storage.ensure_bucket()
    finally:
        storage.close()
        await db.close()


async def create_admin(db: Database, settings: Settings) -> None:
    """Create the administrator named in the settings, or bring their password and key in line.
    Without ADMIN_PASSWORD nothing is created."""
    if settings.admin_password is None:
        return
    password = settings.admin_password.get_secret_value()
    found = await accounts.fetch_credentials(db, settings.admin_email)
    if found is None:
        user = await accounts.create_user(
            db,
            email=settings.admin_email,
            password_hash=await hash_password(password),
            role=Role.ADMIN,
        )
        if user is None:
            return  # Another replica was quicker; it does the rest.
        log.info("administrator created", extra={"email": settings.admin_email})
    else:
        user = found[0]
        if not await verify_password(found[1], password):
            await accounts.set_password(db, user.id, await hash_password(password))
            # Whoever knew the old one is signed out.
            await sessions.end_sessions_of(db, user.id)
    if settings.admin_api_key is not None:
        key = settings.admin_api_key.get_secret_value()
        await api_keys.store_api_key(db, owner_id=user.id, name="bootstrap", key=key)


if __name__ == "__main__":
    _settings = load_settings()
    configure_logging("bootstrap", _settings.log_level)
    asyncio.run(bootstrap(_settings))
