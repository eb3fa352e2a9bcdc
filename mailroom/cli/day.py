"""Reads a day that somebody types: 2026-03-12."""

import click

DAY = click.DateTime(["%Y-%m-%d"])
