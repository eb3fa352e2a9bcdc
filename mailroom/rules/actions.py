"""Says which actions of the rules that hold count for a message."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from mailroom.rules.model import Action, Category
from mailroom.rules.rule import Rule

# Only these of a rule hold while it is open which drawer the message belongs to.
_ALWAYS = frozenset({"quarantine", "review", "assign", "notify"})
_LETTERS = frozenset({"draft_reply", "draft_paper", "follow_up", "forward_draft"})
_ON_SERVER = frozenset({"move", "mark"})
_KEEPS = frozenset({"save_attachment"})


def actions_of(
    rules: Iterable[Rule], chosen: Rule | None, category: Category | None
) -> tuple[Action, ...]:
    """Give what counts of the rules that hold, and what the category adds.

    `chosen` is the rule that decided on the category.
    """
    found = [
        action
        for rule in rules
        for action in rule.actions
        if action.verb in _ALWAYS or _asks(action, rule, category)
    ]
    found += _of_category(category, chosen, found) if category and chosen else []
    if category is None or chosen is None or category.machine:
        return tuple(action for action in found if action.verb not in _LETTERS)
    if category.draft == "never":
        return tuple(action for action in found if action.verb != "draft_reply")
    return tuple(found)


def needs_a_drawer(action: Action, beside: Iterable[Action]) -> bool:
    """Say whether an action counts of sorted mail only, asked for with these others."""
    if action.verb in _ON_SERVER:
        return not {"quarantine", "ignore"} & {each.verb for each in beside}
    return action.verb in _LETTERS | _KEEPS


def of_held(
    found: Iterable[Action], rules: Iterable[Rule], *, secret: bool
) -> tuple[Action, ...]:
    """Give what counts of a message in quarantine: nothing leaves, nothing is kept.

    On the server only the rules that put it there touch it, and none where a mark of
    secrecy did (`secret`).
    """
    setting_aside = {
        rule.id
        for rule in rules
        if any(action.verb == "quarantine" for action in rule.actions)
    }
    touching = set() if secret else setting_aside
    return tuple(
        action
        for action in found
        if action.verb not in _LETTERS | _KEEPS
        and (action.verb not in _ON_SERVER or action.rule in touching)
    )


def _asks(action: Action, rule: Rule, category: Category | None) -> bool:
    """Say whether an action counts, by what its rule says of the category."""
    decided = category.id if category else None
    beside = {each.verb for each in rule.actions}
    on_server = action.verb in _ON_SERVER
    if on_server and "quarantine" in beside:
        return True
    if action.verb == "ignore" or (on_server and "ignore" in beside):
        # Never against a rule that knows the mail as business, nor while it is open.
        return rule.category == decided
    return category is not None and rule.category in {None, decided}


def _of_category(category: Category, chosen: Rule, found: list[Action]) -> list[Action]:
    """Add what the category asks for, where no rule has said otherwise."""
    said = {action.verb for action in found}
    plain = Action(verb="", rule=chosen.id)
    added: list[Action] = []

    def add(verb: str, arguments: dict[str, str]) -> None:
        added.append(replace(plain, verb=verb, arguments=MappingProxyType(arguments)))

    if category.reply and "draft_reply" not in said:
        templates = {f"template_{key}": name for key, name in category.reply.items()}
        if category.attach:
            templates["attach"] = ",".join(category.attach)
        add("draft_reply", templates)
    for paper in category.papers:
        add("draft_paper", {"template": paper})
    chains = {action.arguments.get("chain") for action in found}
    if category.chain and category.chain not in chains:
        add("follow_up", {"chain": category.chain})
    if category.owner and "assign" not in said:
        add("assign", {"to": category.owner})
    return added
