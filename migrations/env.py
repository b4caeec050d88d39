"""Alembic environment: the URL comes from the caller, the tables from the models."""

from alembic import context
from sqlalchemy import create_engine

from core.persistence import models
from core.persistence.db import Base

target_metadata = Base.metadata  # filled by importing the models
assert models.__all__

engine = create_engine(context.config.attributes["owner_url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=target_metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
