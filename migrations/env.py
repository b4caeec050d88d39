"""Alembic environment: the URL comes from the caller, the tables from the models."""

from alembic import context
from sqlalchemy import create_engine

from core.persistence import models
from core.persistence.db import Base

target_metadata = Base.metadata
TABLES = models.__all__  # importing the models fills the metadata

engine = create_engine(context.config.attributes["owner_url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=target_metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
