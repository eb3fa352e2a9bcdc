"""Tells the language of a text by its script."""

import re
from typing import Literal

Language = Literal["zh", "zh-Hant", "en", "mixed"]

A_NAME = 8  # English words that any Chinese letter may hold: names, models, systems
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_ADDRESS = re.compile(r"https?://[!-~]+|[\w.%+-]{0,64}@[A-Za-z0-9.-]+", re.ASCII)
# Characters of everyday letters that exist in one script only, pair by pair.
_TRADITIONAL = frozenset(
    "個們這來時會說對發過還後麼為與開關電話號郵書請謝總經理處辦領導聯絡繫單據費錢價報"
    "銷購貨車門問間員學國際業務實現場點樓層區東長張陳劉趙黃馬葉蘇吳許鄭羅訂議題記錄"
    "檔數據網頁圖標準認證審查覽歡迎參觀貴達運輸訊聽寫讀見覺應該當將從無難離雙邊變讓給"
)
_SIMPLIFIED = frozenset(
    "个们这来时会说对发过还后么为与开关电话号邮书请谢总经处办领导联络系单据费钱价报"
    "销购货车门问间员学国际业务实现场点楼层区东长张陈刘赵黄马叶苏吴许郑罗订议题记录"
    "档数网页图标准认证审览欢参观贵达运输讯听写读见觉应该当将从无难离双边变让给"
)
_ONLY_TRADITIONAL = _TRADITIONAL - _SIMPLIFIED
_ONLY_SIMPLIFIED = _SIMPLIFIED - _TRADITIONAL


def language(text: str) -> Language:
    """Tell the language: a Chinese character weighs as much as half an English word.

    "mixed" is the answer where each of the two makes up at least a quarter, so that a
    Chinese name under an English letter, a model number in a Chinese one do no harm.
    """
    sample = text[:20_000]
    if "@" in sample or "://" in sample:
        sample = _ADDRESS.sub(" ", sample)
    han = _HAN.findall(sample)
    words = len(_WORD.findall(sample))
    chinese = len(han) / 2
    if not han or chinese < 0.25 * (chinese + words):
        return "en"
    if words > A_NAME and words >= 0.25 * (chinese + words):
        return "mixed"
    traditional = sum(map(_ONLY_TRADITIONAL.__contains__, han))
    simplified = sum(map(_ONLY_SIMPLIFIED.__contains__, han))
    return "zh-Hant" if traditional > simplified else "zh"
