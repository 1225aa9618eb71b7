# SPDX-License-Identifier: Apache-2.0
"""The store: runs, their cells and every observation; rows are added, never changed.

SQLite in one file by default, PostgreSQL for a team: the same tables through SQLAlchemy. A store of another
schema version, and a database that is not ours, are refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy
from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table, UniqueConstraint

from reports.bad_input import BadInput

SCHEMA = 1
_TABLES = sqlalchemy.MetaData()
VERSION = Table("gauntlet_schema", _TABLES, Column("version", Integer, primary_key=True))
RUN = Table(
    "run", _TABLES, Column("id", Integer, primary_key=True), Column("name", String, nullable=False, unique=True),
    Column("digest", String(64), nullable=False, unique=True), Column("started", String, nullable=False),
    Column("machine", String, nullable=False), Column("commit", String), Column("dirty", Integer, nullable=False),
    Column("compiler", String), Column("profile", String))
CELL = Table(
    "cell", _TABLES, Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True), Column("lane", String, nullable=False),
    Column("workload", String, nullable=False), Column("params", String, nullable=False),
    Column("workers", Integer, nullable=False), Column("status", String, nullable=False), Column("reason", String),
    Column("unit", String, nullable=False), Column("median", Float), Column("low", Float), Column("high", Float),
    Column("confidence", Float), UniqueConstraint("run_id", "lane", "workload", "params", "workers"))
OBSERVATION = Table(
    "observation", _TABLES, Column("cell_id", ForeignKey("cell.id"), primary_key=True),
    Column("round", Integer, primary_key=True), Column("ns_per_op", Float, nullable=False))


class Store:
    def __init__(self, where: str) -> None:
        """`where` is a database URL, or the path of an SQLite file, which is made when it is missing."""
        self.where = where
        try:
            url = sqlalchemy.make_url(where if "://" in where else f"sqlite:///{where}")
            if url.drivername in ("postgresql", "postgres"):
                url = url.set(drivername="postgresql+pg8000")
            self._engine = sqlalchemy.create_engine(url)
        except (sqlalchemy.exc.ArgumentError, sqlalchemy.exc.NoSuchModuleError) as error:
            raise BadInput(where, f"no database URL ({error})", "give FILE or postgresql://USER@HOST/NAME")
        with self.writing() as connection:
            self._check(connection)

    def _check(self, connection: sqlalchemy.Connection) -> None:
        there = set(sqlalchemy.inspect(connection).get_table_names())
        if not there:
            _TABLES.create_all(connection)
            connection.execute(VERSION.insert().values(version=SCHEMA))
            return
        if VERSION.name not in there:
            raise BadInput(self.where, "a database of somebody else", "give an empty one, or a file that is not there")
        version = connection.execute(sqlalchemy.select(VERSION.c.version)).scalar()
        if version != SCHEMA:
            raise BadInput(self.where, f"store schema {version}, this tree reads {SCHEMA}",
                           "use the reports package that made it, or import into a new store")

    @contextmanager
    def writing(self) -> Iterator[sqlalchemy.Connection]:
        """One transaction: all of it or nothing, and one line when the database says no."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except sqlalchemy.exc.SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error)
            raise BadInput(self.where, f"the database says: {said[:200]}", "give a store that can be read and written")
        except OSError as error:
            raise BadInput(self.where, f"cannot be reached ({error})", "start the database or correct the URL")

    reading = writing  # A reader wants one view of the data too.

    def close(self) -> None:
        self._engine.dispose()
