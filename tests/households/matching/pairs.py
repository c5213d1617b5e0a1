"""Records that come near each other in every column: what levels and engines are compared on."""

from random import Random

from server.households.matching.features import Features, features_from

NAMES = ("张伟明", "張偉明", "张伟民", "张伟", "臧伟明", "张某某", "王阿婆", "王伟明", "zhang weiming", "欧阳锋", "买买提·艾力", "", "𠮷田明")
NUMBERS = (
    "319999195001010011", "319999195001010012", "319999195001010101", "31999919500101002X", "319999195001011", "319999500101001",
    "319999********0011", "319999195001011100", "", "", "19500101", "0011", "3199991950010100111",
)
BIRTHS = ("1950-01-01", "1950-10-01", "1950-01-10", "1951-01-01", "1950", "75岁", "虚岁76", "农历1950年正月初一", "", "1980-05-05")
ADDRESSES = (
    "公园路100弄12号302室", "盈浦街道公园路100弄12号", "公园路100弄12号303室", "公园路100弄12号320室", "公园路100弄13号302室", "万寿小区12号302室", "东西村12号",
    "东西村3组12号", "12号302室", "公园路", "", "新桥路100弄12号302室", "公园东路1号",
)
PHONES = ("13912345678", "13912345678 59721234", "59721234", "", "13812345678")
MEMBERS = (
    [], [], [{"name": "张伟明", "birth": "1950"}], [{"name": "李红", "id_no": "319999195202020021"}],
    [{"name": "张伟明", "id_no": "319999195001010011"}, {"name": "李红", "birth": "1952-02-02"}],
)


def records(count: int, seed: int) -> list[Features]:
    """``count`` records drawn from the tables above."""
    rng = Random(seed)
    return [
        features_from(
            f"i{n}", f"e{n}",
            {
                "rep_name": rng.choice(NAMES), "id_no": rng.choice(NUMBERS), "birth": rng.choice(BIRTHS),
                "sex": rng.choice(("男", "女", "")), "members_n": rng.choice((0, 1, 2, 3)), "addr": rng.choice(ADDRESSES),
                "phone": rng.choice(PHONES), "village": rng.choice(("东盛居委", "310118001001", "青城", "")),
                "member": rng.choice(MEMBERS),
            },
            2025,
        )
        for n in range(count)
    ]
