"""Decides, from the rules that matched, what becomes of a message."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from mailroom.errors import text
from mailroom.message.lazily import lazily
from mailroom.rules.actions import actions_of, of_held
from mailroom.rules.asking import expects_answer
from mailroom.rules.calendar_parts import calendar_fields
from mailroom.rules.extraction import Look, known_to_readers
from mailroom.rules.fraud import firm_to_call
from mailroom.rules.mail_types import mail_type
from mailroom.rules.markings import Marking
from mailroom.rules.matched import Matched, match_rules, rank
from mailroom.rules.model import (
    SENSITIVITIES,
    Category,
    Classification,
    Field,
    Reason,
    Sensitivity,
)
from mailroom.rules.page import Page
from mailroom.rules.rule import Rule

SHOWN = 3  # candidates that a person sees
HINTED = 1 / 3  # of the threshold: there is a hint of that drawer
ALL_BUT = 3 / 4  # of the threshold: nearly sorted, and no stranger
NEAR = 2 / 3  # of the threshold: a drawer that an unsorted mail may well belong to
SECRET = text("It bears a mark of secrecy (密级).").pattern
OF_CASE = text("It belongs to a case of this drawer.").pattern

_ENDS = frozenset(
    {"deadline", "validity", "eve"}
)  # types of fields that make a due date
# What nobody has sorted is not for everybody to see.
_UNKNOWN: Sensitivity = "internal"
_NO_TASK = frozenset({"other"})  # a drawer in which there is nothing to do
_LEVEL = SENSITIVITIES.index


class _Answer(Classification):
    """An answer that reads what the letter is for, and wants, when it is asked.

    That is a good deal of reading, and no rule needs it to sort a letter.
    """

    _page: Page
    _expects: Callable[[], bool]

    @lazily
    def needs_reply(self) -> bool:
        return self.quarantine is None and self._expects()

    @lazily
    def mail_type(self) -> str:
        return mail_type(self._page)


def _asked_later(
    known: Mapping[str, Any], page: Page, expects: Callable[[], bool]
) -> Classification:
    answer = _Answer.__new__(_Answer)
    answer.__dict__.update(known, _page=page, _expects=expects)
    del answer.__dict__["needs_reply"], answer.__dict__["mail_type"]
    return answer


_NOTHING = vars(Classification(category=None, sensitivity=_UNKNOWN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What holds for every message: the categories, how sure one must be."""

    categories: Mapping[str, Category]
    threshold: float
    margin: float
    rules_hash: str

    def decide(
        self, page: Page, rules: Sequence[Rule], marking: Marking | None = None
    ) -> Classification:
        """Answer for one message that bears `marking`; never raises for its words."""
        matched, mishaps = match_rules(rules, page)
        thread = page.context.thread_category
        if not (matched or mishaps or marking or thread):
            return self._of_nothing(page)
        ranked = rank(matched)
        chosen = None if mishaps else self._choose(ranked, thread)
        category = self._category(chosen)
        unknown = category is None and not ranked and not mishaps
        if thread is not None and unknown and _goes_on(page):
            # It goes on with its case; nobody is sent a letter for that alone.
            category = self.categories.get(thread)
        matched = self._counting(matched, category, ranked)
        drawer = category.sensitivity if category else self._of_unsorted(ranked)
        sensitivity = _highest(drawer, _raising(category, matched), marking)
        sure = tuple(each for each in matched if each.asks(self.threshold))
        quarantine = _quarantine(sure, marking)
        held = quarantine is not None
        asking = _asking(matched, chosen or _likeliest(ranked))
        fields = read_fields(asking, page)
        calling = [each.rule for each in sure]
        actions = actions_of(calling, chosen.rule if chosen else None, category)
        expects = partial(
            expects_answer,
            page,
            category,
            said=chosen.rule.needs_reply if chosen else None,
            like=[str(each.rule.category) for each, _ in ranked],
        )
        answer = Classification(
            category=category.id if category else None,
            candidates=tuple(
                (str(each.rule.category), score) for each, score in ranked[:SHOWN]
            ),
            also=self._also(category, sure),
            tags=_distinct(tag for each in sure for tag in each.rule.tags),
            rule=chosen.rule.id if chosen else None,
            why=(
                *_why(ranked, chosen),
                *(_of_case() if category and not chosen else ()),
                *mishaps,
                *_marked(marking),
            ),
            confidence=ranked[0][1] if ranked else 0.0,
            fields=MappingProxyType(fields),
            sensitivity=sensitivity,
            due=None if held else _due(fields, [chosen.rule] if chosen else asking),
            actions=of_held(actions, calling, secret=quarantine == SECRET)
            if held
            else actions,
            quarantine=quarantine,
            call_back=_call_back(category, page) if held else "",
            rules_hash=self.rules_hash,
        )
        return _asked_later(vars(answer), page, expects)

    def _of_nothing(self, page: Page) -> Classification:
        """Answer for a message of which no rule says anything."""
        expects = partial(expects_answer, page, None, said=None, like=())
        known = {**_NOTHING, "rules_hash": self.rules_hash}
        return _asked_later(known, page, expects)

    def _choose(
        self, ranked: tuple[tuple[Matched, float], ...], thread: str | None
    ) -> Matched | None:
        if not ranked or ranked[0][1] < self.threshold:
            return None
        near = [
            each
            for each, score in ranked
            if ranked[0][1] - score < self.margin - 1e-9 and score >= self.threshold
        ]
        if len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= self.margin - 1e-9:
            return ranked[0][0]
        # Between two drawers, a letter goes on with the case that it belongs to.
        return next((each for each in near if each.rule.category == thread), None)

    def _counting(
        self,
        matched: tuple[Matched, ...],
        category: Category | None,
        ranked: tuple[tuple[Matched, float], ...],
    ) -> tuple[Matched, ...]:
        """Leave out rules for unsorted mail (`only:`) where they do not count."""
        left_out = {"unsorted", "unknown"} if category is not None else set[str]()
        if ranked and ranked[0][1] >= self.threshold * ALL_BUT:
            left_out.add("unknown")
        return tuple(each for each in matched if each.rule.only not in left_out)

    def _of_unsorted(self, ranked: tuple[tuple[Matched, float], ...]) -> Sensitivity:
        """Give the level of the strictest drawer that an unsorted mail may belong to.

        Drawers that are far from sure make nothing confidential: a word alone is often
        chance. Where nothing hints at a drawer, or one of them is internal, so is it.
        """
        shown = [
            (self.categories[str(each.rule.category)].sensitivity, score)
            for each, score in ranked[:SHOWN]
        ]
        near = [level for level, score in shown if score >= self.threshold * NEAR]
        hinted = [level for level, score in shown if score >= self.threshold * HINTED]
        if not hinted or any(level != "normal" for level in hinted):
            near.append(_UNKNOWN)
        return max(near, key=_LEVEL, default="normal")

    def _also(
        self, category: Category | None, sure: tuple[Matched, ...]
    ) -> tuple[str, ...]:
        """Name further drawers: those that rules add, and those that came second."""
        named = [name for each in sure for name in each.rule.also]
        works = category is not None and category.id not in _NO_TASK
        if category is not None and works and not category.machine:
            named += [
                each.rule.category
                for each in sure
                if each.rule.category and each.rule.category not in _NO_TASK
            ]
        known = (name for name in named if category is None or name != category.id)
        return _distinct(name for name in known if not self.categories[name].machine)

    def _category(self, chosen: Matched | None) -> Category | None:
        return self.categories[str(chosen.rule.category)] if chosen else None


def _goes_on(page: Page) -> bool:
    """Say whether a letter that no rule knows may go on with its case."""
    machine = page.message.machine
    return machine is None or machine.kind not in {"list", "bulk"}


def _of_case() -> tuple[Reason, ...]:
    return (Reason(rule="", condition=OF_CASE, words="", zone="header"),)


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _why(
    ranked: tuple[tuple[Matched, float], ...], chosen: Matched | None
) -> tuple[Reason, ...]:
    # For an unsorted message: what speaks for each candidate.
    shown = [chosen] if chosen else [each for each, _ in ranked[:SHOWN]]
    return tuple(reason for each in shown for reason in each.reasons())


def _marked(marking: Marking | None) -> tuple[Reason, ...]:
    if marking is None:
        return ()
    return (
        Reason(
            rule="", condition=SECRET, words=marking.words, zone=marking.zone,
            span=marking.span,
        ),
    )  # fmt: skip


def _raising(
    category: Category | None, matched: tuple[Matched, ...]
) -> tuple[Matched, ...]:
    """Give the rules that may make a letter stricter than its drawer.

    What a machine or a swindler wrote is as its drawer, whatever words it borrows.
    """
    if category is None or not category.machine:
        return matched
    return tuple(each for each in matched if each.rule.category == category.id)


def _highest(
    drawer: Sensitivity, matched: Iterable[Matched], marking: Marking | None
) -> Sensitivity:
    levels: list[Sensitivity] = [each.rule.sensitivity for each in matched]
    levels += [drawer, marking.level if marking else "normal"]
    return max(levels, key=_LEVEL)


def _quarantine(matched: Iterable[Matched], marking: Marking | None) -> str | None:
    if marking is not None and marking.level == "classified":
        return SECRET
    for each in matched:
        for action in each.rule.actions:
            if action.verb == "quarantine":
                return action.arguments["reason"]
    return None


def _call_back(category: Category | None, page: Page) -> str:
    """Give the firm and its number on file, for mail that may be a swindler's."""
    if category is None or not category.machine:
        return ""
    firm = firm_to_call(page)
    return f"{firm.name} {firm.phone}" if firm is not None and firm.phone else ""


def _likeliest(ranked: tuple[tuple[Matched, float], ...]) -> Matched | None:
    """Give the rule of the drawer that an unsorted letter most probably belongs to.

    A person who sorts it finds there what that drawer would have asked for.
    """
    return ranked[0][0] if ranked else None


def _asking(matched: tuple[Matched, ...], chosen: Matched | None) -> tuple[Rule, ...]:
    """Give the rules whose fields are read: the one that decided, then its category's.

    Rules that sort nothing are among them, also where nothing was decided.
    """
    category = chosen.rule.category if chosen else None
    asking = [chosen] if chosen else []
    asking += [
        each
        for each in matched
        if each is not chosen and each.rule.category in {None, category}
    ]
    return tuple(each.rule for each in asking)


def read_fields(asking: tuple[Rule, ...], page: Page) -> dict[str, Field]:
    """Read each field as the first rule that asks for it finds it."""
    fields: dict[str, Field] = {}
    if not asking:
        return fields
    known = cache(partial(known_to_readers, page))
    tried: set[Look] = set()  # what a file says for all its rules is looked for once
    for rule in asking:
        for extract in rule.extract:
            if extract.field in fields or extract.look in tried:
                continue
            tried.add(extract.look)
            found = extract.read(page, known)
            if found is not None:
                fields[extract.field] = found
    wanted = {extract.field for rule in asking for extract in rule.extract}
    return fields | calendar_fields(page, wanted)


def _due(fields: Mapping[str, Field], asking: Iterable[Rule]) -> date | None:
    """Give the earliest day by which the letter asks, or on which its offer ends."""
    stated = [
        fields[extract.field]
        for rule in asking
        for extract in rule.extract
        if extract.type in _ENDS and extract.field in fields
    ]
    return min((date.fromisoformat(f.value[:10]) for f in stated), default=None)
