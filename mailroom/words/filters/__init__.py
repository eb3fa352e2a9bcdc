"""Keeps the filters that stand in a tag behind a bar, as in {{ amount|money }}.

A filter takes whatever a field may hold. What it does not understand comes back
unchanged, or as None, which the letter shows as a gap, where an unchanged value would
make a wrong letter. It raises nothing, whatever the values are; only a tag that names
too few or too many arguments is an error. A value that is missing, its own or one of
its arguments, comes back as it is: the gap bears that field's name.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType

from jinja2 import Undefined

from mailroom.errors import Text, text
from mailroom.words.filters.dates import DATES, cn_date, en_date
from mailroom.words.filters.facts import Filter
from mailroom.words.filters.money import MONEY
from mailroom.words.filters.numerals import NUMERALS
from mailroom.words.filters.people import PEOPLE
from mailroom.words.filters.phones import PHONES
from mailroom.words.filters.signs import SIGNS
from mailroom.words.filters.spans import SPANS

__all__ = ["FILTERS", "HELP", "TABLE", "Filter", "cn_date", "en_date"]


def _past_gaps(make: Callable[..., object]) -> Callable[..., object]:
    @wraps(make)  # `inspect.signature` still tells the arguments
    def filtered(value: object, *more: object, **named: object) -> object:
        for given in (value, *more, *named.values()):
            if isinstance(given, Undefined):
                return given
        return make(value, *more, **named)

    return filtered


# By subject, in the order a manual lists them.
TABLE: Mapping[str, Filter] = MappingProxyType(
    {
        each.make.__name__: each
        for each in (*DATES, *SPANS, *MONEY, *NUMERALS, *PEOPLE, *PHONES, *SIGNS)
    }
)
FILTERS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {name: _past_gaps(each.make) for name, each in TABLE.items()}
)
# One line for each: what it makes, with an example.
HELP: Mapping[str, Text] = MappingProxyType(
    {
        name: text(
            "{about}: {example} → {gives}",
            about=each.about,
            example=each.example,
            gives=each.gives,
        )
        for name, each in TABLE.items()
    }
)
