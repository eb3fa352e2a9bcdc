"""Shows what each rule makes of one mail, and how the answer came about."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from mailroom.cli.rule_mails import find_mails
from mailroom.cli.rule_tree import draw, plain_trial
from mailroom.cli.rulebook import Rulebook, with_rules
from mailroom.cli.talk import Talk
from mailroom.errors import Text, text
from mailroom.message.model import Message
from mailroom.rules.explain import Explanation, Trial
from mailroom.rules.explain import explain as tell
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Classification
from mailroom.workflow.example import Mail
from mailroom.workflow.reading import plain
from mailroom.workflow.rule_tree import Line, place, rule_lines
from mailroom.yamlfile.proofread import nearest

MOST_MISSES = 3  # rules that nearly matched, shown unless more are asked for


@click.command()
@click.argument("mail", metavar="FILE|CASE")
@with_rules
@click.option("--rule", "only", multiple=True, metavar="ID", help="This rule alone.")
@click.option("--all", "everything", is_flag=True, help="Every rule, however far off.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def explain(
    talk: Talk,
    mail: str,
    folder: Path | None,
    only: Sequence[str],
    *,
    everything: bool,
    as_json: bool,
) -> None:
    """Say why a mail, FILE or those of a CASE, is sorted as it is. 分类说明。"""
    book = Rulebook.open(talk, folder).whole()
    rules = book.papers.rules
    known = {rule.id for rule in rules.rules}
    for word in only:
        if word not in known:
            raise click.BadParameter(talk.say(no_rule(word, known)))
    for each in find_mails(talk, book, mail):
        told = _told(rules, each)
        trials = _chosen(told, only, everything=everything) if told else ()
        if as_json:
            talk.json(_plain(rules, each, told, trials))
        else:
            draw(_lines(talk, rules, each, told, trials))


def no_rule(word: str, known: Collection[str]) -> Text:
    """Say that there is no such rule, and which one was probably meant."""
    near = nearest(word, known)
    if near:
        return text(
            "There is no rule “{word}”. Did you mean “{near}”?", word=word, near=near
        )
    return text("There is no rule “{word}”.", word=word)


def _told(rules: RuleSet, mail: Mail) -> Explanation | None:
    """Explain a mail; None where it is machine mail that no rule is asked about."""
    context = mail.reading.context
    return tell(rules, mail.reading.message, context) if context else None


def _chosen(
    told: Explanation, only: Collection[str], *, everything: bool
) -> Sequence[Trial]:
    """Take the rules to show: those that matched, then those that came near."""
    if only:
        return [trial for trial in told.trials if trial.rule.id in only]
    if everything:
        return told.trials
    first = [t for t in told.trials if t.outcome in {"matched", "broken"}]
    misses = [t for t in told.trials if t.near and t not in first]
    return first + sorted(misses, key=_nearness, reverse=True)[:MOST_MISSES]


def _nearness(trial: Trial) -> float:
    parts = trial.step.parts or (trial.step,)
    return sum(part.held for part in parts) / len(parts)


# ── on the terminal ──────────────────────────────────────────────────────


def _lines(
    talk: Talk,
    rules: RuleSet,
    mail: Mail,
    told: Explanation | None,
    trials: Sequence[Trial],
) -> Iterator[Line]:
    message = mail.reading.message
    sender = message.sender.address if message.sender else "–"
    yield 0, "", f"{mail.name}  {sender}  {message.subject}"
    if told is None:
        machine = mail.reading.machine
        yield (
            1,
            "",
            talk.say(
                text(
                    "machine mail, known by its structure before any rule: {reason}",
                    reason=machine.reason if machine else "",
                )
            ),
        )
        return
    answer = told.answer
    for label, words in _answer(talk, rules, answer, message):
        yield 1, "", talk.say(text("{label}: {words}", label=label, words=words))
    for trial in trials:
        yield 0, "", ""
        yield from rule_lines(talk.say, trial, message)
    more = len(told.trials) - len(trials)
    if more:
        yield 0, "", ""
        yield 0, "·", talk.say(text("{n} more rules: --all, or --rule ID", n=more))
    yield 0, "", ""


def _answer(
    talk: Talk, rules: RuleSet, answer: Classification, message: Message
) -> Iterator[tuple[Text, str]]:
    category = answer.category or talk.say(text("unsorted"))
    by = f" ({answer.rule})" if answer.rule else f" – {talk.say(_open(rules, answer))}"
    yield text("category"), category + by
    scores = " · ".join(f"{name} {score:.2f}" for name, score in answer.candidates)
    limits = text(
        "threshold {threshold}, margin {margin}",
        threshold=f"{rules.threshold:.2f}",
        margin=f"{rules.margin:.2f}",
    )
    yield text("confidence"), f"{scores or '–'}  ({talk.say(limits)})"
    for name, words in (("also", answer.also), ("tags", answer.tags)):
        if words:
            yield (text("also") if name == "also" else text("tags")), ", ".join(words)
    if answer.quarantine:
        yield text("quarantine"), talk.say(answer.quarantine)
    for name, field in answer.fields.items():
        where = place(talk.say, message, field.zone, field.span)
        sure = "" if field.sure else f" – {talk.say(text('not sure'))}"
        yield text("field"), f"{name} = {field.value} ({where}){sure}"


def _open(rules: RuleSet, answer: Classification) -> Text:
    if not answer.candidates:
        return text("no rule matches")
    if answer.candidates[0][1] < rules.threshold:
        return text("the best score is below the threshold")
    if len(answer.candidates) > 1:
        return text("the best two scores are too close to each other")
    return text("a rule could not be evaluated")


def _plain(
    rules: RuleSet, mail: Mail, told: Explanation | None, trials: Sequence[Trial]
) -> dict[str, Any]:
    machine = mail.reading.machine
    return {
        "mail": mail.name,
        "machine": machine.kind if machine else None,
        "answer": plain(told.answer) if told else None,
        "threshold": rules.threshold,
        "margin": rules.margin,
        "rules": [plain_trial(trial) for trial in trials],
    }
