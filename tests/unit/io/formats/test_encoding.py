import pytest

from bigmap.io.formats import encoding as enc


def decided(*texts, encoding="gb18030", label=""):
    return enc.decide([text.encode(encoding) for text in texts], label)


def test_ascii_needs_no_guess():
    assert decided("XQ001", "Main Street") == enc.Decision("UTF-8", told=True)


def test_gbk_without_a_label_is_gb18030_and_keeps_rare_characters():
    found = decided("筼筜街道", "后垵小区", "墘头社区")
    assert found == enc.Decision("GB18030", told=False)
    assert enc.decode("筼筜街道".encode("gbk"), found.encoding) == "筼筜街道"


def test_four_byte_characters_survive():
    assert decided("䶮家村").encoding == "GB18030"
    assert enc.decode("䶮家村".encode("gb18030"), "GB18030") == "䶮家村"


def test_utf8_without_a_label_is_not_read_as_gbk():
    assert decided("小区名称", "物业", encoding="utf-8").encoding == "UTF-8"


def test_gbk_that_is_valid_utf8_is_still_chinese():
    # 路 is "·", 小学 is "Сѧ" and 学校 is "ѧУ" when read as UTF-8.
    assert decided("小学", "学校", "路").encoding == "GB18030"
    assert decided("小学", "学校", "路", label="UTF-8").encoding == "GB18030"


@pytest.mark.parametrize("label", ["GB2312", "OEM", "ANSI 936", "utf-8 \n", "LDID/77", "936", ""])
def test_the_bytes_beat_the_label(label):
    assert decided("筼筜湾小区", "体育路", label=label).encoding == "GB18030"


def test_a_label_that_agrees_needs_no_guess():
    assert decided("小区", label="ANSI 936").told
    assert decided("小区", encoding="utf-8", label="UTF-8").told
    assert not decided("小区", label="UTF-8").told


@pytest.mark.parametrize("label", ["", "UTF-8"])
@pytest.mark.parametrize(
    "texts", [("улица Ленина", "Садовая"), ("Mäkelänkatu", "Väinö Auerin katu"), ("Αθήνα",)]
)
def test_other_languages_in_utf8(texts, label):
    assert decided(*texts, encoding="utf-8", label=label).encoding == "UTF-8"


def test_big5_where_gb18030_looks_wrong():
    assert (
        decided("臺北市信義區松仁路", "國立臺灣大學附設醫院", "中華民國", encoding="big5").encoding == "Big5"
    )


def test_everyday_gbk_is_not_big5_although_its_bytes_would_do():
    assert decided("街道名称", "街道代码", "筼筜湾街道").encoding == "GB18030"


def test_bytes_of_no_encoding_fall_back_to_one_that_takes_all():
    assert enc.decide([b"\x81\xff\xff", b"\xff\xfe"]).encoding == "ISO-8859-1"


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030", "Big5"])
def test_a_character_cut_by_the_field_width_is_dropped(encoding):
    raw = "物業服務企業".encode(encoding)
    assert enc.decode(raw[:-1], encoding) == "物業服務企"


def test_a_cut_value_does_not_change_the_decision():
    raw = "物业服务企业名称".encode()
    assert enc.decide([raw[:-1], raw[:-2]]).encoding == "UTF-8"


def test_a_bad_byte_costs_one_character_only():
    assert enc.decode("小".encode() + b"\xff" + "区".encode(), "UTF-8") == "小\ufffd区"


LABELS = {
    "UTF-8": ("utf-8 \n", "UTF8", "65001"),
    "GB18030": ("CP936", "gbk", "ANSI 936", "EUC-CN", "LDID/77"),
    "Big5": ("BIG5", "950"),
    "ISO-8859-1": ("ISO 88591",),
    "": ("OEM", ""),
}


@pytest.mark.parametrize(("meant", "label"), [(m, label) for m, labels in LABELS.items() for label in labels])
def test_labels(meant, label):
    assert enc.canonical_label(label) == meant


@pytest.mark.parametrize(("ldid", "meant"), [(0x4D, "GB18030"), (0x4F, "Big5"), (0x57, ""), (0, "")])
def test_language_bytes(ldid, meant):
    assert enc.label_of_language_byte(ldid) == meant


def test_everyday_characters_are_as_many_as_the_standards_say():
    assert len(enc.level_one()) == 3755
    assert len(enc.big5_level_one()) == 5401
