"""Compares the rules with what else the office has: templates, chains, people."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from mailroom.calendar import Calendar
from mailroom.directory import Directory
from mailroom.errors import Fault, Text, text
from mailroom.message.reply import is_sendable
from mailroom.rules.actions import needs_a_drawer
from mailroom.rules.check.walk import doubt, fault_at
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Action, Category
from mailroom.rules.rule import Rule
from mailroom.yamlfile.proofread import fault_at_word, nearest

BUILT_IN = frozenset(
    {
        "case_no",
        "salutation",
        "sender_name",
        "subject",
        "received_on",
        "today",
        "office_name",
        "owner",
        "due",
        "our_reference",
        "their_reference",
        "attached_pictures",
    }
)  # fields that every template gets


# What the office's own papers get besides; `old_X`, too, for each field X.
PAPER = frozenset({"edition", "clashes", "inner_due", "replaced_by"})
NOBODY = Directory()


def offered(category: Category, *, paper: bool) -> frozenset[str]:
    """Give the fields that a category hands on to a letter, or to a paper of ours."""
    given = BUILT_IN.union(category.fields)
    if not paper:
        return given
    old = (f"old_{name}" for name in category.fields)
    return given.union(PAPER, old, category.by_hand)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What else there is, as values."""

    templates: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({})
    )  # template file → the fields it shows
    chains: frozenset[str] = frozenset()
    chain_titles: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({})
    )  # chain → what it is called in Chinese
    needing_due: frozenset[str] = frozenset()  # those without a step but by a due day
    people: frozenset[str] = frozenset()  # names and addresses
    own_domains: tuple[str, ...] = ()
    pictures: frozenset[str] = frozenset()  # fields that show a picture of the office
    directory: Directory = NOBODY  # whom the examples may come from
    calendar: Calendar | None = None
    today: date | None = None  # None: it is not asked whether a rule has run out


def against_office(rule_set: RuleSet, known: Known) -> Iterator[Fault]:
    """Yield every name in the rules of a template, a chain, a person not there."""
    for category in rule_set.categories.values():
        file = rule_set.files[category.id]
        yield from _check_category(category, file, known)
    for rule in rule_set.rules:
        yield from _check_rule(rule, rule_set, known)


def without_example(rules: Iterable[Rule]) -> Iterator[Fault]:
    """Yield a warning for each rule on which nothing is tried."""
    for rule in rules:
        if rule.enabled and not any(example.matches for example in rule.examples):
            sentence = text(
                "The rule “{rule}” has no example that it matches.", rule=rule.id
            )
            yield doubt(rule, "R046", sentence, rule.at("examples"))


def unread_fields(rule_set: RuleSet, known: Known) -> Iterator[Fault]:
    """Tell of fields that the letters of a category show and a rule of it never reads.

    Rules that sort nothing give their fields to every letter.
    """
    rules = [rule for rule in rule_set.rules if rule.enabled]
    given = {
        extract.field
        for rule in rules
        if rule.category is None
        for extract in rule.extract
    }
    for rule in rules:
        category = rule_set.categories.get(rule.category or "")
        if category is None:
            continue
        own = {extract.field for extract in rule.extract}
        for name in (*category.reply.values(), *category.attach, *category.papers):
            shown = known.templates.get(name, frozenset()).intersection(category.fields)
            for word in sorted(shown - own - given):
                sentence = text(
                    "{template} shows the field “{word}”, which the rule “{rule}” does"
                    " not read: it would stay open.",
                    template=name,
                    word=word,
                    rule=rule.id,
                )
                yield doubt(rule, "R048", sentence, rule.at("extract"))
                own.add(word)


def _check_category(category: Category, file: str, known: Known) -> Iterator[Fault]:
    def fault(code: str, sentence: Text, word: str = "") -> Fault:
        return fault_at_word(file, code, sentence, word)

    templates = (*category.reply.values(), *category.attach, *category.papers)
    for name in dict.fromkeys(templates):
        sentence = _unknown_template(name, known.templates)
        if sentence:
            yield fault("R040", sentence, name)
            continue
        given = offered(category, paper=name in category.papers)
        given |= known.pictures
        missing = known.templates[name] - given
        for word in sorted(missing):
            yield fault(
                "R043",
                text(
                    "{template} shows the field “{word}”, which the category "
                    "“{category}” does not have.",
                    template=name,
                    word=word,
                    category=category.id,
                ),
                name,
            )
    yield from _hidden_by_pictures(category, file, known)
    yield from _check_chain(category, file, known)
    if category.owner and category.owner not in known.people:
        yield fault("R042", _unknown_person(category.owner), category.owner)
    for reader in category.readers:
        if reader not in known.people:
            yield fault("R042", _unknown_person(reader), reader)
    if category.draft == "never" and category.reply:
        yield fault(
            "R044",
            text("“draft: never” and a reply contradict each other."),
            next(iter(category.reply.values())),
        )


def _check_chain(category: Category, file: str, known: Known) -> Iterator[Fault]:
    chain = category.chain
    if chain and chain not in known.chains:
        yield fault_at_word(file, "R041", _unknown_chain(chain, known), chain)
    if category.days is None and chain in known.needing_due:
        never = fault_at_word(file, "R055", _never_reminds(chain, category), chain)
        yield replace(never, severity="warning")


def _hidden_by_pictures(category: Category, file: str, known: Known) -> Iterator[Fault]:
    for word in category.fields:
        if word not in known.pictures:
            continue
        sentence = text(
            "“{word}” is a picture of the settings; call the field otherwise.",
            word=word,
        )
        yield fault_at_word(file, "R047", sentence, word)


def _check_rule(rule: Rule, rule_set: RuleSet, known: Known) -> Iterator[Fault]:
    for action in rule.actions:
        for code, sentence, word in _check_action(action, known):
            if word:  # that a word is missing has been told where the rule was read
                yield fault_at(rule, code, sentence, word)
        if rule.only and needs_a_drawer(action, rule.actions):
            sentence = text(
                "“{verb}” does nothing while nobody knows the drawer of a mail, and"
                " this rule is for such mail only.",
                verb=action.verb,
            )
            # What it says may be missing: the rules may be half read.
            word = next(iter(action.arguments.values()), "")
            yield doubt(rule, "R054", sentence, word)
    if rule.owner and rule.owner not in known.people:
        yield fault_at(rule, "R042", _unknown_person(rule.owner), rule.owner)
    category = rule_set.categories.get(rule.category or "")
    if category is not None and category.days is None:
        for action in rule.actions:
            chain = action.arguments.get("chain", "")
            if chain in known.needing_due:
                yield doubt(rule, "R055", _never_reminds(chain, category), chain)
    if category is not None and category.machine and rule.also:
        sentence = text(
            "Mail of “{category}” gets no case; “also” has no meaning there.",
            category=category.id,
        )
        yield fault_at(rule, "R045", sentence, rule.also[0])


def _check_action(action: Action, known: Known) -> Iterator[tuple[str, Text, str]]:
    """Yield what an action names that there is not: code, sentence, the word."""
    arguments = action.arguments
    if action.verb in {"draft_reply", "draft_paper"}:
        for value in arguments.values():
            for name in value.split(","):
                sentence = _unknown_template(name, known.templates)
                if sentence:
                    yield "R040", sentence, value
    elif action.verb == "forward_draft":
        to, template = arguments["to"], arguments.get("template")
        if to not in known.people and not is_sendable(to):
            yield "R042", _unknown_person(to), to
        sentence = _unknown_template(template, known.templates) if template else None
        if sentence and template:
            yield "R040", sentence, template
    elif action.verb == "follow_up" and arguments["chain"] not in known.chains:
        chain = arguments["chain"]
        yield "R041", _unknown_chain(chain, known), chain
    elif action.verb in {"assign", "notify"} and arguments["to"] not in known.people:
        yield "R042", _unknown_person(arguments["to"]), arguments["to"]


def _unknown_template(name: str, templates: Collection[str]) -> Text | None:
    if name in templates:
        return None
    near = nearest(name, templates)
    if near:
        return text(
            "There is no template {name}. Did you mean {near}?", name=name, near=near
        )
    return text("There is no template {name}.", name=name)


def _never_reminds(chain: str, category: Category) -> Text:
    return text(
        "The chain “{chain}” counts from the due day, and “{category}” has no “days”:"
        " nobody is reminded of a letter that states no day.",
        chain=chain,
        category=category.id,
    )


def _unknown_chain(name: str, known: Known) -> Text:
    chains, titles = known.chains, known.chain_titles
    called = [] if name.isascii() else [c for c in titles if name in titles[c]]
    if len(called) == 1:
        return text("“{word}” is written “{value}” here.", word=name, value=called[0])
    shown = {} if name.isascii() else {c: f"{c}（{titles[c]}）" for c in titles}
    choices = ", ".join(shown.get(c, c) for c in sorted(called or chains))
    near = nearest(name, chains)
    if near:
        return text(
            "There is no chain “{name}” in chains.yaml. Did you mean “{near}”?",
            name=name,
            near=near,
        )
    if not chains:
        return text("There is no chain “{name}”: chains.yaml has none.", name=name)
    return text(
        "There is no chain “{name}” in chains.yaml; there are: {choices}.",
        name=name,
        choices=choices,
    )


def _unknown_person(name: str) -> Text:
    return text("Nobody in rules/office is called “{name}”.", name=name)
