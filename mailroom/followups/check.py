"""Compares the chains with what else the office has: templates, people, fields."""

from collections.abc import Collection, Iterator, Mapping

from mailroom.errors import Fault, Text, text
from mailroom.followups.chains import Chain, Chains, Step
from mailroom.yamlfile.proofread import fault_at_word, nearest

ROLES = ("operator", "editor", "reviewer", "director", "leader")


def against_office(
    chains: Chains,
    *,
    templates: Collection[str],
    people: Collection[str],
    fields: Mapping[str, Collection[str]],
) -> Iterator[Fault]:
    """Yield every fault between chains, templates, people and drawers.

    `fields` are those that the drawers read, by the chain that they name.
    """
    for chain in chains.by_id.values():
        for step in chain.steps:
            for sentence, word, code in _wrong(step, templates, people):
                yield _fault(chains, code, sentence, word)
            if step.of and chain.id in fields and step.of not in fields[chain.id]:
                yield _fault(chains, "F022", _no_field(chain, step, fields), step.of)


def _wrong(
    step: Step, templates: Collection[str], people: Collection[str]
) -> Iterator[tuple[Text, str, str]]:
    for name in step.template.values():
        if name in templates:
            continue
        near = nearest(name, templates)
        sentence = text("There is no template {name}.", name=name)
        if near:
            sentence = text(
                "There is no template {name}. Did you mean {near}?",
                name=name, near=near,
            )  # fmt: skip
        yield sentence, name, "F020"
    for name in step.tell:
        if name in people or name in ROLES:
            continue
        near = nearest(name, [*people, *ROLES])
        sentence = text("Nobody in rules/office is called “{name}”.", name=name)
        if near:
            sentence = text(
                "Nobody in rules/office is called “{name}”. Did you mean “{near}”?",
                name=name, near=near,
            )  # fmt: skip
        yield sentence, name, "F021"


def _no_field(chain: Chain, step: Step, fields: Mapping[str, Collection[str]]) -> Text:
    near = nearest(step.of, fields[chain.id])
    if near:
        return text(
            "No drawer with the chain “{chain}” reads a field “{word}”."
            " Did you mean “{near}”?",
            chain=chain.id, word=step.of, near=near,
        )  # fmt: skip
    return text(
        "No drawer with the chain “{chain}” reads a field “{word}”.",
        chain=chain.id, word=step.of,
    )  # fmt: skip


def _fault(chains: Chains, code: str, sentence: Text, word: str) -> Fault:
    return fault_at_word(chains.file, code, sentence, word)
