"""Dates know whether they stand beside their series; series know from when their rule holds."""

from peewee import *


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("activity", "rule_since", DateField(null=True)),
        migrator.add_column("activity", "hours_since", DateField(null=True)),
        migrator.add_column("occurrence", "extra", BooleanField(default=False)),
        migrator.add_column("occurrence", "dropped", BooleanField(default=False)),
    )
