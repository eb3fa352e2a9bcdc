"""Writes the README's table of the drawers from rules/; `python -m tests.drawers`."""

from pathlib import Path

from mailroom.rules.load import RuleSet
from mailroom.rules.model import Category

ROOT = Path(__file__).parents[1]
HEAD = "| drawer | it reads | it drafts | it never |"
PAPERS_ARE = "paper/"


def table(rules: RuleSet) -> str:
    """Return the table, one line for each drawer, as Markdown."""
    rows = [_row(each) for _, each in sorted(rules.categories.items())]
    return "\n".join([HEAD, "|---|---|---|---|", *rows])


def _row(one: Category) -> str:
    name = f"`{one.id}` {one.about['zh']} · {one.about['en']}"
    reads = " ".join(f"`{field}`" for field in one.fields) or "–"
    return f"| {name} | {reads} | {_drafts(one)} | {_never(one)} |"


def _drafts(one: Category) -> str:
    made = []
    if one.reply and one.draft != "never":
        made.append(
            "a reply, where one is asked for" if one.draft == "asked" else "a reply"
        )
    if one.attach:
        made.append("a form with it")
    names = dict.fromkeys(
        name.removeprefix(PAPERS_ARE).split(".")[0] for name in one.papers
    )
    made += [f"paper `{name}`" for name in names]
    return ", ".join(made) or "–"


def _never(one: Category) -> str:
    if one.machine:
        return "opens a case, is answered"
    never = []
    if one.draft == "never":
        never.append("drafts a reply")
    if one.sensitivity == "confidential":
        never.append("shows it to others than named people")
    if one.clearance > 2:
        never.append("sends on one person's word")
    return ", ".join(never) or "sends without a person's word"


if __name__ == "__main__":
    print(table(RuleSet.load(ROOT / "rules")))
