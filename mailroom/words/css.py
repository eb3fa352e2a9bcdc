"""Writes the look of a paragraph or of letters as inline CSS and tags of HTML."""

from html import escape

from mailroom.words.looks import ParagraphLook, RunLook


def is_name(font: str | None) -> bool:
    """Ask whether a font's name is one, to stand in a style attribute."""
    return bool(font and not set(font) & set("\"'\\;{}<>&"))


def paragraph_css(look: ParagraphLook) -> str:
    """Return what stands in the style attribute of a paragraph."""
    parts = [f"margin:{look.before or 0:g}pt 0 {look.after or 0:g}pt"]
    if look.indent and look.indent > 0:
        parts[0] += f" {look.indent:g}pt"
    if look.align in {"center", "right"}:
        parts.append(f"text-align:{look.align}")
    out = look.first_line and look.first_line < 0
    if look.first_line and (not out or (look.indent and not look.list_id)):
        parts.append(f"text-indent:{look.first_line:g}em")
    return ";".join(parts)


def dress(look: RunLook, base: RunLook) -> tuple[str, str]:
    """Return what begins and what ends words that look so."""
    css = []
    if look.color and look.color.upper() not in {"000000", base.color}:
        css.append(f"color:#{look.color}")
    if look.shade and look.shade.upper() != "FFFFFF":
        css.append(f"background:#{look.shade}")
    if look.size and look.size != base.size:
        css.append(f"font-size:{look.size:g}pt")
    if look.asian_font != base.asian_font and is_name(look.asian_font):
        first = look.font if is_name(look.font) else look.asian_font
        css.append(f"font-family:'{first}','{look.asian_font}'")
    names = [
        name
        for wanted, name in (
            (look.bold, "b"),
            (look.italic, "i"),
            (look.underline, "u"),
            (look.strike, "s"),
            (look.raised == "superscript", "sup"),
            (look.raised == "subscript", "sub"),
        )
        if wanted
    ]
    begin = "".join(f"<{name}>" for name in names)
    end = "".join(f"</{name}>" for name in reversed(names))
    if css:
        begin, end = f'{begin}<span style="{escape(";".join(css))}">', f"</span>{end}"
    return begin, end
