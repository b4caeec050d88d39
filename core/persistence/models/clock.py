"""演示时钟: how far ``app_now()`` is from the real clock; a row exists only in the demo and in tests."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Boolean, Interval
from sqlalchemy.orm import Mapped, mapped_column

from core.persistence.db import Base


class ClockOffset(Base):
    __tablename__ = "clock_offset"
    only_row: Mapped[bool] = mapped_column(Boolean, primary_key=True, default=True, server_default="true")
    shift: Mapped[timedelta] = mapped_column(Interval)
