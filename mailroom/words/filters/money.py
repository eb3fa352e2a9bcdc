"""Writes amounts of money, and other figures, the way office people write them."""

from collections.abc import Mapping
from types import MappingProxyType

from mailroom.errors import text
from mailroom.words.filters.facts import Filter, amount, rounded, whole, written
from mailroom.words.filters.numerals import CAPITAL, chinese, english

CURRENCIES: Mapping[str, str] = MappingProxyType(
    {"CNY": "¥", "GBP": "£", "EUR": "€", "USD": "$", "HKD": "HK$"}
)
_IN_CHINESE: Mapping[str, str] = MappingProxyType(
    {
        "CNY": "元",
        "GBP": "英镑",
        "EUR": "欧元",
        "USD": "美元",
        "HKD": "港元",
        "JPY": "日元",
    }
)
_IN_ENGLISH: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {  # one, several; one and several of its hundredths
        "CNY": ("yuan", "yuan", "fen", "fen"),
        "GBP": ("pound", "pounds", "penny", "pence"),
        "EUR": ("euro", "euros", "cent", "cents"),
        "USD": ("US dollar", "US dollars", "cent", "cents"),
        "HKD": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    }
)
_MOST_PLACES = 6
_WAN = 10_000


def money(value: object, currency: object = "") -> object:
    """12,300.00; with `currency` (an ISO 4217 code) its sign stands before it."""
    figure = amount(value)
    if figure is None:
        return value
    short, code = rounded(figure, 2), _code(currency)
    sign = "-" if short < 0 else ""
    mark = CURRENCIES.get(code, f"{code} " if code else "")
    return f"{sign}{mark}{abs(short):,.2f}"


def cn_money(value: object, currency: object) -> object:
    """12,300.00元: `currency` (an ISO 4217 code) stands behind it in Chinese."""
    figure, code = amount(value), _code(currency)
    if figure is None:
        return value
    if not code:
        return None  # an amount of nobody knows what
    return f"{rounded(figure, 2):,.2f}{_IN_CHINESE.get(code, f' {code}')}"


def cn_capital_amount(value: object) -> object:
    """壹万贰仟叁佰元整: the amount in capital figures; None where it is no amount.

    Written by the rules for bank bills (支付结算办法, annex 1): one 零 for any run of
    zeros inside, 整 after 元 or 角, none after 分. A half fen is rounded up, as in
    `money`, so that figures and capitals agree.
    """
    figure = amount(value)
    if figure is None:
        return None  # capitals of something else would be a wrong letter: a gap
    short = rounded(figure, 2)
    yuan, cents = divmod(int(abs(short) * 100), 100)
    words = f"{chinese(yuan, CAPITAL)}元" if yuan else ""
    words += _capital_cents(cents, after_yuan=bool(yuan)) or (
        "整" if yuan else "零元整"
    )
    return f"负{words}" if short < 0 else words


def en_amount_in_words(value: object, currency: object) -> object:
    """Twelve pounds and fifty pence, in small letters; None where it is no amount.

    `currency` is an ISO 4217 code; None too where its words are not known.
    """
    figure, words = amount(value), _IN_ENGLISH.get(_code(currency))
    if figure is None or words is None:
        return None
    one, several, one_cent, cents_word = words
    short = rounded(figure, 2)
    units, cents = divmod(int(abs(short) * 100), 100)
    said = [f"{english(units)} {one if units == 1 else several}"] * bool(
        units or not cents
    )
    if cents:
        said.append(f"{english(cents)} {one_cent if cents == 1 else cents_word}")
    return ("minus " if short < 0 else "") + " and ".join(said)


def cn_wan(value: object) -> object:
    """1.23万: the exact amount in ten thousands; below ten thousand as it is."""
    figure = amount(value)
    if figure is None:
        return value
    if figure.copy_abs() < _WAN:
        return written(figure)
    return f"{written(figure.scaleb(-4))}万"


def thousands(value: object) -> object:
    """12,300: the figures in groups of three, with as many places as they have."""
    figure = amount(value)
    return value if figure is None else f"{figure:,f}"


def percent(value: object, places: object = "") -> object:
    """18.5% for the ratio 0.185; `places` fixes the places after the point.

    Without `places` there are two at most.
    """
    ratio, exact = amount(value), whole(places)
    if ratio is None:
        return value
    if exact is None or not 0 <= exact <= _MOST_PLACES:
        return f"{written(rounded(ratio * 100, 2))}%"
    return f"{rounded(ratio * 100, exact):.{exact}f}%"


def _code(currency: object) -> str:
    code = currency.strip().upper() if isinstance(currency, str) else ""
    return code if len(code) == len("CNY") and code.isascii() else ""


def _capital_cents(cents: int, *, after_yuan: bool) -> str:
    jiao, fen = divmod(cents, 10)
    if jiao:
        return f"{CAPITAL[jiao]}角" + (f"{CAPITAL[fen]}分" if fen else "整")
    if fen:
        return ("零" if after_yuan else "") + f"{CAPITAL[fen]}分"
    return ""


MONEY = (
    Filter(
        money,
        text("an amount with two places; the sign of its currency if named"),
        "12300|money('GBP')",
        "£12,300.00",
    ),
    Filter(
        cn_money,
        text("an amount with its currency in Chinese"),
        "12300|cn_money('CNY')",
        "12,300.00元",
    ),
    Filter(
        cn_capital_amount,
        text("an amount of yuan in capital figures"),
        "12300|cn_capital_amount",
        "壹万贰仟叁佰元整",
    ),
    Filter(
        en_amount_in_words,
        text("an amount in English words"),
        "12.50|en_amount_in_words('GBP')",
        "twelve pounds and fifty pence",
    ),
    Filter(cn_wan, text("an amount in ten thousands"), "12300|cn_wan", "1.23万"),
    Filter(thousands, text("figures in groups of three"), "12300|thousands", "12,300"),
    Filter(percent, text("a ratio in per cent"), "0.185|percent", "18.5%"),
)
