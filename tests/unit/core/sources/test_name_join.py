import random

import pytest

from bigmap.core.sources.estate_names import parse_name
from bigmap.core.sources.name_join import SURE, paired
from tests.helpers.names import PLACES, estate_names, misspelt, written_otherwise


def names(*shown):
    return [parse_name(name, (), PLACES) for name in shown]


def joined(estates, rows, **where):
    """Return {estate: row} of the sure pairs, by name."""
    found = paired(names(*estates), names(*rows), **where)
    return {estates[pair.estate]: rows[pair.row] for pair in found.pairs}


def test_each_row_goes_to_its_own_phase():
    estates = ["筼筜花园一期", "筼筜花园二期", "筼筜花园（三期）"]
    rows = ["筼筜花苑3期", "筼筜花园 （一期）", "筼筜花园Ⅱ期"]
    assert joined(estates, rows) == dict(zip(estates, [rows[1], rows[2], rows[0]], strict=True))


def test_scores_tell_how_the_names_met():
    estates = names("金桥花园", "莲溪花园", "后垵大厦", "塔埔山庄", "厦门大学海韵北区教师公寓楼")
    rows = names("金桥花园", "思明区莲溪花苑", "后垵", "塔浦山庄", "厦门大学海蕴北区教师公寓楼")
    found = paired(estates, rows)
    assert [(pair.estate, pair.row, round(pair.score)) for pair in found.pairs] == [
        (0, 0, 100),
        (1, 1, 97),
        (2, 2, 92),
        (4, 4, 91),
    ]
    assert [(pair.estate, round(pair.score)) for pair in found.doubtful[3]] == [(3, 75)]


@pytest.mark.parametrize(
    ("estate", "row"),
    [
        *[("湖滨东里", "湖滨西里"), ("筼筜花园一期", "筼筜花园二期"), ("筼筜花园一期", "筼筜花园")],
        *[
            ("金桥花园", "金桥公寓"),
            ("思明区金桥花园", "湖里区金桥花园"),
            ("厦门大学海韵北区教师公寓", "厦门大学海韵南区教师公寓"),
        ],
        *[
            ("湖滨南路88号", "湖滨南路89号"),
            ("金桥A区", "金桥B区"),
            ("金桥", "银桥"),
            ("永鸿小区", "永鸿大厦"),
            ("", ""),
        ],
    ],
)
def test_what_is_not_sure_is_not_joined(estate, row):
    assert joined([estate], [row]) == {}


def test_a_doubtful_row_has_its_best_candidates_first_and_no_more_than_three():
    estates = ["金桥花园一期", "金桥花园二期", "金桥花园三期", "金桥花园四期", "莲溪宿舍"]
    found = paired(names(*estates), names("金桥花园", "万寿山庄"))
    assert [estates[pair.estate] for pair in found.doubtful[0]] == sorted(estates[:4])[:3]
    assert found.spare == [1]
    assert found.bare == [0, 1, 2, 3, 4]


def test_namesakes_are_told_apart_by_their_community_or_not_at_all():
    estates, rows = ["城建宿舍", "城建宿舍"], ["城建宿舍", "城建宿舍"]
    found = paired(names(*estates), names(*rows), ["官任", "后埭"], ["后埭", "官任"])
    assert [(pair.estate, pair.row) for pair in found.pairs] == [(0, 1), (1, 0)]
    found = paired(names(*estates), names(*rows))
    assert not found.pairs
    assert sorted(found.doubtful) == [0, 1]


def test_a_row_that_stands_twice_is_not_used():
    assert joined(["金桥花园"], ["金桥花园", "金桥花园"]) == {}


def test_variants_of_a_name_that_are_two_estates_stay_apart():
    estates = ["榕荫家园", "榕荫佳园", "莲溪花园", "莲溪花苑"]
    assert joined(estates, ["榕荫佳园小区", "榕荫家园小区"]) == {
        "榕荫家园": "榕荫家园小区",
        "榕荫佳园": "榕荫佳园小区",
    }
    assert joined(estates[:2], ["榕荫嘉园"]) == {}


def test_former_names_join():
    found = paired([parse_name("金桥花园")], [parse_name("机械厂宿舍", ["金桥花园"])])
    assert [pair.score for pair in found.pairs] == [95]
    found = paired([parse_name("金桥花园（原名：机械厂宿舍）")], [parse_name("机械厂宿舍")])
    assert [pair.score for pair in found.pairs] == [95]


def sheet_of(estates, rng, missing, foreign, misspelling):
    """Return rows for all but the first estates, and which estate each is of; others belong to none."""
    rows = [(written_otherwise(name, rng), i) for i, name in enumerate(estates) if i >= missing]
    rows = [(misspelt(name, rng) if rng.random() < misspelling else name, i) for name, i in rows]
    rows += [(written_otherwise(name, rng), None) for name in foreign]
    rng.shuffle(rows)
    return [name for name, _ in rows], [i for _, i in rows]


@pytest.mark.parametrize(("misspelling", "recall"), [(0.0, 0.99), (0.2, 0.80)])
@pytest.mark.parametrize("seed", range(3))
def test_500_estates_are_joined_without_one_mistake(seed, misspelling, recall):
    rng = random.Random(seed)
    everyone = estate_names(540, rng)
    rng.shuffle(everyone)
    estates, foreign = everyone[:500], everyone[500:]
    rows, truth = sheet_of(estates, rng, 40, foreign, misspelling)
    found = paired(names(*estates), names(*rows))
    assert [(estates[p.estate], rows[p.row]) for p in found.pairs if truth[p.row] != p.estate] == []
    assert len(found.pairs) >= recall * 460
    assert all(pair.score >= SURE for pair in found.pairs)
    seen = len(found.pairs) + sum(
        any(pair.estate == truth[row] for pair in pairs) for row, pairs in found.doubtful.items()
    )
    assert seen >= 0.97 * 460
