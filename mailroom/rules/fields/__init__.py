"""Readers of typed fields: from a piece of a letter to values, each with its place."""
