"""Reads a day that somebody types: 2026-03-12."""

from datetime import datetime

import click

from mailroom.calendar import FIRST_TYPED, LAST_TYPED


class _Typed(click.DateTime):
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        typed: datetime = super().convert(value, param, ctx)
        if not FIRST_TYPED <= typed.year <= LAST_TYPED:
            self.fail(f"{FIRST_TYPED}-01-01 – {LAST_TYPED}-12-31", param, ctx)
        return typed


DAY = _Typed(["%Y-%m-%d"])
MONTH = _Typed(["%Y-%m"])
MOMENT = _Typed(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"])
