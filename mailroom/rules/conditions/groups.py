"""Joins conditions: all of them, some of them, none of them."""

from dataclasses import dataclass

from mailroom.rules.conditions.hit import Condition, Hit, Hits
from mailroom.rules.page import Page


@dataclass(frozen=True, slots=True)
class Always:
    """Holds for every message."""

    def hits(self, page: Page) -> Hits | None:
        """Give one hit without words."""
        del page
        return (Hit(condition="always"),)


@dataclass(frozen=True, slots=True)
class Every:
    """Holds where all its parts hold."""

    parts: tuple[Condition, ...]

    def hits(self, page: Page) -> Hits | None:
        """Give the hits of all parts."""
        found: list[Hit] = []
        for part in self.parts:
            hits = part.hits(page)
            if hits is None:
                return None
            found.extend(hits)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Some:
    """Holds where one of its parts holds."""

    parts: tuple[Condition, ...]

    def hits(self, page: Page) -> Hits | None:
        """Give the hits of the first part that holds."""
        for part in self.parts:
            hits = part.hits(page)
            if hits is not None:
                return hits
        return None


@dataclass(frozen=True, slots=True)
class Neither:
    """Holds where none of its parts holds."""

    parts: tuple[Condition, ...]

    def hits(self, page: Page) -> Hits | None:
        """Give no hits: what is not there cannot be shown."""
        return None if any(part.hits(page) is not None for part in self.parts) else ()
