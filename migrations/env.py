"""Alembic environment: the URL comes from the caller, the tables from the models."""

from alembic import context
from sqlalchemy import create_engine, text

from core.persistence import models
from core.persistence.db import Base

target_metadata = Base.metadata
TABLES = models.__all__  # importing the models fills the metadata

engine = create_engine(context.config.attributes["owner_url"])
try:
    with engine.connect() as connection:
        # Processes that start at once migrate one after another; the lock goes with the connection.
        connection.execute(text("select pg_advisory_lock(hashtext('migrations'))"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            transaction_per_migration=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
finally:
    engine.dispose()  # also after a fault: another process, or a second try of this one, waits for the lock
