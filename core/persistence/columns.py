"""The kinds of column that the tables share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

from sqlalchemy import BigInteger, DateTime, Identity, Text, text
from sqlalchemy.orm import mapped_column

Id: TypeAlias = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Ref: TypeAlias = Annotated[int, mapped_column(BigInteger)]
Str: TypeAlias = Annotated[str, mapped_column(Text)]
Moment: TypeAlias = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Made: TypeAlias = Annotated[
    datetime, mapped_column(DateTime(timezone=True), server_default=text("app_now()"))
]
