"""Finds the few rules that a message may match, without trying the others."""

from mailroom.rules.matching.index import Index

__all__ = ["Index"]
