"""Finds what is wrong with the units that an office names."""

from collections.abc import Iterable, Sequence

from mailroom.directory.entries import Person, Unit, fold
from mailroom.errors import Fault, Text, text
from mailroom.yamlfile import Node
from mailroom.yamlfile.proofread import nearest


def faults_of_units(
    units: Iterable[tuple[str, Unit, Node]], people: Sequence[Person]
) -> Iterable[Fault]:
    """Two units of one name, and heads whom nobody knows: a letter would go astray."""
    known = [one.name for one in people]
    seen: dict[str, str] = {}
    for file, unit, node in units:
        wrong: list[tuple[str, Text]] = []
        for name in map(fold, unit.names):
            first = seen.setdefault(name, unit.name)
            if first != unit.name:
                sentence = text(
                    "“{name}” already names the unit {unit}.", name=name, unit=first
                )
                wrong.append(("D016", sentence))
        if unit.head and not any(one.answers_to(unit.head) for one in people):
            wrong.append(("D015", _nobody(unit.head, nearest(unit.head, known))))
        for code, sentence in wrong:
            yield Fault(
                file=file,
                line=node.line,
                column=node.column,
                code=code,
                text=sentence,
            )


def _nobody(name: str, near: str | None) -> Text:
    if near is None:
        return text("“people:” knows nobody called {name}.", name=name)
    return text("“people:” knows nobody called {name}; {near}?", name=name, near=near)
