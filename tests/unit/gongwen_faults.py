"""Holds official papers with one thing broken, each beside the fact it breaks."""

from dataclasses import replace

from tests.unit.gongwen_papers import (
    BEYOND,
    GOOD,
    GOOD_LETTER,
    GOOD_MINUTES,
    NUMBER,
    RED,
    SIGNER,
    THICK,
    THIN,
    UPWARD,
    Says,
    Setting,
    but,
    without,
)

ANNEX, PRESENT = "the word above an annex (附件)", "who was present (出席、请假、列席)"
BROKEN: dict[str, tuple[Setting, str]] = {
    "letter paper": (replace(GOOD, page=(216, 279)), "paper size"),
    "top 25 mm": (replace(GOOD, margins=(25, 28, 35, 26)), "top margin (天头)"),
    "left 32 mm": (replace(GOOD, margins=(37, 32, 35, 26)), "left margin (订口)"),
    "bottom 25 mm": (replace(GOOD, margins=(37, 28, 25, 26)), "bottom margin"),
    "right 28 mm": (replace(GOOD, margins=(37, 28, 35, 28)), "right margin"),
    "宋体": (but(GOOD, "text", font="宋体"), "font of the text"),
    "小四": (but(GOOD, "text", size=12), "size of the text"),
    "blue": (but(GOOD, "text", color="0000FF"), "color of the text"),
    "five figures": (but(GOOD, "copy", words="00012"), "copy number (份号)"),
    "no such secrecy": (
        but(GOOD, "secrecy", words="特密★1年"), "secrecy (密级和保密期限)",
    ),
    "a star of another kind": (
        but(GOOD, "secrecy", words="秘密*1年"), "secrecy (密级和保密期限)",
    ),
    "secrecy in 仿宋": (
        but(GOOD, "secrecy", font="仿宋"), "secrecy (密级和保密期限)",
    ),
    "急件": (but(GOOD, "urgency", words="急件"), "urgency (紧急程度)"),
    "black name": (but(GOOD, "mark", color=""), "name at the head (发文机关标志)"),
    "name at the left": (
        but(GOOD, "mark", align="left"), "name at the head (发文机关标志)",
    ),
    "square brackets": (but(GOOD, "number", words="江恒函[2026]12号"), NUMBER),
    "full-width square brackets": (
        but(GOOD, "number", words="江恒函［2026］12号"), NUMBER,
    ),
    "round brackets": (
        but(GOOD, "number", words="江恒函（2026）12号"), NUMBER,
    ),
    "short year": (but(GOOD, "number", words="江恒函〔26〕12号"), NUMBER),
    "第": (but(GOOD, "number", words="江恒函〔2026〕第12号"), NUMBER),
    "leading zero": (but(GOOD, "number", words="江恒函〔2026〕012号"), NUMBER),
    "number at the right": (but(GOOD, "number", align="right"), "place of the number"),
    "black rule": (
        but(GOOD, "number", borders={"bottom": ("single", 0.7, "000000")}),
        "red rule (分隔线)",
    ),
    "no rule": (but(GOOD, "number", borders={}), "red rule (分隔线)"),
    "title in 黑体": (but(GOOD, "title", font="黑体"), "title (标题)"),
    "small title": (but(GOOD, "title", size=18), "title (标题)"),
    "title at the left": (but(GOOD, "title", align="left"), "title (标题)"),
    "half-width colon": (
        but(GOOD, "to", words="各区县人民政府:"), "addressee (主送机关)",
    ),
    "no colon": (but(GOOD, "to", words="各区县人民政府"), "addressee (主送机关)"),
    "addressee further in": (but(GOOD, "to", first=2), "addressee (主送机关)"),
    "no indent": (but(GOOD, "text", first=0), "indent of a paragraph"),
    "indent of 4": (but(GOOD, "text", first=4), "indent of a paragraph"),
    "all lines further in": (
        but(GOOD, "text", first=0, left=2), "indent of a paragraph",
    ),
    "一.": (but(GOOD, "one", words="一．总体要求"), "numbers of sections"),
    "(一)": (but(GOOD, "two", words="(一)工作目标"), "numbers of sections"),
    "（一）、": (but(GOOD, "two", words="（一）、工作目标"), "numbers of sections"),
    "1、": (but(GOOD, "three", words="1、排查隐患"), "numbers of sections"),
    "(1)": (but(GOOD, "four", words="(1)河道"), "numbers of sections"),
    "一、 in 仿宋": (but(GOOD, "one", font="仿宋"), "fonts of sections"),
    "（一） in 黑体": (but(GOOD, "two", font="黑体"), "fonts of sections"),
    "attachment with a stop": (
        but(GOOD, "attached2", words="2.物资清单。"),
        "names of the attachments (附件说明)",
    ),
    "attachment with 1、": (
        but(GOOD, "attached", words="附件：1、防汛值班表"),
        "names of the attachments (附件说明)",
    ),
    "attachment with ;": (
        but(GOOD, "attached", words="附件：1.防汛值班表；"),
        "names of the attachments (附件说明)",
    ),
    "attachment at the edge": (
        but(GOOD, "attached", first=0), "indent of the attachments' names",
    ),
    "date of 1999": (but(GOOD, "date", words="二〇二六年三月五日"), "date (成文日期)"),
    "padded date": (but(GOOD, "date", words="2026年03月05日"), "date (成文日期)"),
    "dotted date": (but(GOOD, "date", words="2026.3.5"), "date (成文日期)"),
    "short date": (but(GOOD, "date", words="26年3月5日"), "date (成文日期)"),
    "no such month": (but(GOOD, "date", words="2026年13月5日"), "date (成文日期)"),
    "no date": (without(GOOD, "date", "issuer", "note", "annex"), "date (成文日期)"),
    "date at the left": (but(GOOD, "date", align="left", right=0), "place of the date"),
    "note without brackets": (but(GOOD, "note", words="此件公开发布"), "note (附注)"),
    "note in half-width": (but(GOOD, "note", words="(此件公开发布)"), "note (附注)"),
    "note at the edge": (but(GOOD, "note", first=0), "note (附注)"),
    "annex in 仿宋": (but(GOOD, "annex", font="仿宋"), ANNEX),
    "thin first rule": (
        but(GOOD, "copies", borders={"top": THIN}), "rules of the record (版记分隔线)",
    ),
    "thick middle rule": (
        but(GOOD, "issued", borders={"top": THICK, "bottom": THICK}),
        "rules of the record (版记分隔线)",
    ),
    "no last rule": (
        but(GOOD, "issued", borders={}), "rules of the record (版记分隔线)",
    ),
    "copies without a stop": (
        but(GOOD, "copies", words="抄送：市委办公室"), "copies to (抄送)",
    ),
    "copies with half a colon": (
        but(GOOD, "copies", words="抄送:市委办公室。"), "copies to (抄送)",
    ),
    "printed on a padded date": (
        but(GOOD, "issued", words="市政府办公室 2026年03月06日印发"),
        "printed by, on (印发机关和印发日期)",
    ),
    "record in 3号": (but(GOOD, "copies", size=16), "letters of the record"),
    "- 1 -": (
        replace(GOOD, number=replace(GOOD.number, words="- № -")), "page number (页码)",
    ),
    "a bare number": (
        replace(GOOD, number=replace(GOOD.number, words="№")), "page number (页码)",
    ),
    "small number": (
        replace(GOOD, number=replace(GOOD.number, size=9)), "page number (页码)",
    ),
    "Times": (
        replace(GOOD, number=replace(GOOD.number, font="Times New Roman")),
        "page number (页码)",
    ),
    "no page number": (
        replace(GOOD, number=Says("", height=0), odd_and_even=False),
        "page number (页码)",
    ),
    "all pages alike": (replace(GOOD, odd_and_even=False), "side of the page number"),
    "centred number": (
        replace(GOOD, number=replace(GOOD.number, align="center")),
        "side of the page number",
    ),
    "number at the very edge": (
        replace(GOOD, even=replace(GOOD.even, left=0)), "side of the page number",
    ),
    "upward without a signer": (
        but(UPWARD, "number", words="江恒报〔2026〕3号", then=()), SIGNER,
    ),
    "upward with the signer in 仿宋": (
        but(UPWARD, "number", then=(Says("王芳"),)), SIGNER,
    ),
    "upward with half a colon": (
        but(UPWARD, "number", words="江恒报〔2026〕3号\t签发人:"), SIGNER,
    ),
    "upward with a number at the edge": (
        but(UPWARD, "number", left=0), "place of the number",
    ),
    "letter with one rule": (replace(GOOD_LETTER, foot=None), "red double rules"),
    "letter numbered on page 1": (
        replace(GOOD_LETTER, foot=replace(
            GOOD_LETTER.number, left=BEYOND / 14, right=BEYOND / 14,
            borders={"top": ("double", 1, RED)},
        )),
        "page number on the first page",
    ),
    "letter with a rule in its record": (
        but(GOOD_LETTER, "copies", borders={"top": THICK}),
        "rules of the record (版记分隔线)",
    ),
    "letter that names its printer": (
        but(GOOD_LETTER, "copies", words="市政府办公室 2026年3月6日印发"),
        "printed by, on (印发机关和印发日期)",
    ),
    "letter with a centred number": (
        but(GOOD_LETTER, "number", align="center"), "place of the number",
    ),
    "letter with rules as wide as the text": (
        but(GOOD_LETTER, "mark", left=0, right=0), "width of the red rules",
    ),
    "minutes with 出席 in 仿宋": (
        but(GOOD_MINUTES, "present", font="仿宋"), PRESENT,
    ),
    "minutes without a colon": (
        but(GOOD_MINUTES, "present", words="出席"), PRESENT,
    ),
}  # fmt: skip
