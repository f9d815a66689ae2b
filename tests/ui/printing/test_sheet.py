"""The printed sheet: read back as text, measured as a picture."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import date
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pypdf import PdfReader
from PySide6.QtGui import QImage, QPainter, QPainterPath

from bigmap.base.errors import UserError
from bigmap.core.coverage.gap import GapKind
from bigmap.core.coverage.proof import Share
from bigmap.core.sources.layers import Layer, Role
from bigmap.ui.printing import pen as sheet_pen
from bigmap.ui.printing.colours import mixed
from bigmap.ui.printing.content import footer, ground_class, legend, sheet_title
from bigmap.ui.printing.layout import PAPERS, Box
from bigmap.ui.printing.pages import paginate
from bigmap.ui.printing.pen import SheetPen
from bigmap.ui.printing.scale import MapView
from bigmap.ui.printing.shapes import hatch, path_of
from bigmap.ui.printing.sheet import SheetOptions, blank_image, paint_sheet, write_pdf, write_png
from bigmap.ui.printing.tables import (
    SheetTable,
    coverage_table,
    gap_table,
    operator_table,
    share_percent,
    zone_table,
)
from tests.helpers.plans import box_of, grid_plan

pytestmark = pytest.mark.usefixtures("qapp")

DAY = date(2025, 3, 9)
ZH = SheetOptions(lang="zh", today=DAY)
EN = SheetOptions(lang="en", today=DAY)


@pytest.fixture(scope="module")
def plan():
    return grid_plan()


def printed(plan, options, folder):
    """Return the pages of the PDF."""
    path = folder / "coverage.pdf"
    write_pdf(plan, path, options)
    return PdfReader(path).pages


def text_of(pages):
    """Return the text without white space, which readers of PDF guess from distances."""
    return "".join("".join(page.extract_text().split()) for page in pages)


def many_zones(plan, n):
    zones = gpd.GeoDataFrame(
        pd.concat([plan.zones] * (n // 3 + 1), ignore_index=True).head(n), crs=plan.zones.crs
    )
    return replace(plan, zones=zones.assign(zone_id=[f"W{i + 1:03d}" for i in range(n)]))


def pixels(plan, options, dpi=100):
    """Return the first page as an array of (height, width, 3)."""
    image = blank_image(options, dpi)
    paint_sheet(image, plan, options)
    buffer = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1, 4)
    return buffer[:, : image.width(), 2::-1].astype(int)


def red(picture):
    return (picture[..., 0] > 170) & (picture[..., 1] < 110) & (picture[..., 2] < 110)


# --- the text ---


def test_the_pdf_holds_chinese_as_text(plan, tmp_path):
    text = text_of(printed(plan, ZH, tmp_path))
    for words in (
        "“大物业”服务片区划分图",
        "片区一览表",
        "筼筜一里",
        "厦门筼筜城服物业有限公司",
        "内部使用不得公开",
    ):
        assert words in text
    assert "W01" in text
    assert "G0001" in text
    assert "2025年3月9日" in text
    assert "EPSG:4548" in text


def test_no_character_becomes_a_kangxi_radical(plan, tmp_path):
    text = text_of(printed(plan, ZH, tmp_path))
    assert {"片", "面", "大", "户", "工"} <= set(text)
    assert not re.findall(r"[\u2e80-\u2fdf\uf900-\ufaff]", text)
    assert unicodedata.normalize("NFC", text) == text


def test_the_coverage_stands_with_its_denominators(plan, tmp_path):
    text = text_of(printed(plan, ZH, tmp_path))
    assert "覆盖率91.6%（分母120,000m²）；空白区10,000m²，重叠0m²。" in text
    for figure in ("50,000m²", "70,000m²", "974户", "85.7%"):
        assert figure in text


def test_a_chinese_sheet_has_no_english_words(plan, tmp_path):
    for colour_by in ("zone", "operator", "kind"):
        pages = printed(plan, replace(ZH, colour_by=colour_by), tmp_path)
        words = set(re.findall(r"[A-Za-z]{2,}", " ".join(page.extract_text() for page in pages)))
        assert words <= {"EPSG", "bigmap", "shp"}, words


def test_an_english_sheet_has_no_chinese_words(plan, tmp_path):
    english = in_english(plan)
    for colour_by in ("zone", "operator", "kind"):
        text = text_of(printed(english, replace(EN, colour_by=colour_by), tmp_path))
        assert "ServicezonesofBigPropertyManagement" in text
        assert not re.findall(r"[\u2e80-\u9fff\uff00-\uffef]", text)


def in_english(plan):
    """Return the plan with ASCII data, so that any Chinese on the sheet is the sheet's own."""
    frame = plan.units.frame.assign(name="Lake View")
    gaps = tuple(replace(gap, near_name="Lake Road") for gap in plan.coverage.gaps)
    layers = [Layer(Role.ESTATES, plan.sources.layers[0].file.with_name("estates.shp"), plan.sources.estates)]
    return replace(
        plan,
        units=replace(plan.units, frame=frame),
        operators=plan.operators.assign(name=["North Co", "South Co"]),
        coverage=replace(plan.coverage, gaps=gaps),
        sources=replace(plan.sources, layers=layers),
    )


# --- paper and pages ---


@pytest.mark.parametrize("landscape", [True, False])
@pytest.mark.parametrize("paper", ["A4", "A3", "A1"])
def test_the_page_has_the_size_of_the_paper(plan, tmp_path, paper, landscape):
    page = printed(plan, replace(ZH, paper=paper, landscape=landscape), tmp_path)[0]
    short, long = PAPERS[paper]
    size = [float(page.mediabox.width) / 72 * 25.4, float(page.mediabox.height) / 72 * 25.4]
    assert size == pytest.approx([long, short] if landscape else [short, long], abs=0.5)


def test_many_zones_go_on_on_a_second_sheet(plan, tmp_path):
    crowd = many_zones(replace(plan, zones=plan.zones.assign(oper=None)), 120)
    pages = printed(crowd, ZH, tmp_path)
    assert len(pages) == 2
    assert "续见第2页" in text_of(pages[:1])
    second = text_of(pages[1:])
    assert "片区一览表（续）" in second
    assert "合计" in second
    listed = re.findall(r"W\d{3}", second)
    first = int(listed[0][1:])
    assert listed == [f"W{i:03d}" for i in range(first, 121)]
    assert f"W{first - 1:03d}" in text_of(pages[:1])


def test_every_row_is_printed_once_and_tables_stay_apart():
    frames = [Box(0, 0, 100, 100), Box(110, 0, 100, 100)]
    sizes = {"zones": 50, "operators": 2, "gaps": 40}
    tables = [
        (SheetTable(name, [], [[str(i)] for i in range(n)]), 12 if name == "zones" else 0)
        for name, n in sizes.items()
    ]
    pages = paginate(tables, frames, 1.0)
    rows = [(r.table.heading, i) for page in pages for r in page for i in range(r.start, r.stop)]
    expected = {"zones": range(12, 50), "operators": range(2), "gaps": range(40)}
    assert rows == [(name, i) for name, numbers in expected.items() for i in numbers]
    for page in pages:
        assert not any(a.frame.overlaps(b.frame) for a, b in combinations(page, 2))
        assert all(r.frame.bottom <= 100 for r in page)
    assert paginate([(tables[0][0], 50)], frames, 1.0) == []


# --- the map ---


@pytest.mark.parametrize("paper", ["A4", "A3", "A2"])
def test_the_scale_is_true_on_paper(plan, tmp_path, paper):
    options = replace(EN, paper=paper)
    denominator = int(
        re.search(r"1:([\d,]+)on", text_of(printed(plan, options, tmp_path)))[1].replace(",", "")
    )
    dpi = 150
    found = red(pixels(plan, options, dpi))
    found[:, : found.shape[1] // 4] = False
    found[:, int(found.shape[1] * 0.62) :] = False  # legend
    ys, xs = np.nonzero(found)
    line = 0.4 * sheet_unit(paper)
    width, height = ((np.ptp(v) + 1) / dpi * 25.4 - line for v in (xs, ys))
    assert width * denominator / 1000 == pytest.approx(100.0, abs=0.3 * denominator / 1000)
    assert height * denominator / 1000 == pytest.approx(100.0, abs=0.3 * denominator / 1000)


def sheet_unit(paper):
    from bigmap.ui.printing.layout import blank_page, paper_size

    return blank_page(*paper_size(paper, True)).unit


def test_the_gap_is_hatched_red_and_nothing_else_is(plan):
    picture = pixels(plan, ZH, dpi=100)
    view = view_of(plan, ZH)
    in_gap = red(crop(picture, box_of(10), view, 100))
    assert 0.05 < in_gap.mean() < 0.5
    for unit in (0, 4, 5, 9, 11):
        assert not red(crop(picture, box_of(unit).buffer(-15), view, 100)).any()


def test_without_gaps_there_is_no_red(plan):
    whole = replace(plan, coverage=replace(plan.coverage, gaps=()))
    assert not red(pixels(whole, ZH, dpi=60)).any()


def test_a_gap_too_small_to_see_gets_a_ring(plan):
    speck = shapely.box(*box_of(5).centroid.buffer(0.5).bounds)
    gaps = (replace(plan.coverage.gaps[0], geometry=speck),)
    picture = pixels(replace(plan, coverage=replace(plan.coverage, gaps=gaps)), ZH, dpi=100)
    around = red(crop(picture, speck.buffer(6), view_of(plan, ZH), 100))
    assert np.ptp(np.nonzero(around)[0]) > 3.0 / 25.4 * 100


def test_the_border_of_two_communities_is_one_dashed_line(plan):
    x0, y0, x1, y1 = plan.sources.boundary.bounds
    west, east = shapely.box(x0, y0, x0 + 150, y1), shapely.box(x0 + 150, y0, x1, y1)
    two = gpd.GeoDataFrame({"name": ["西社区", "东社区"]}, geometry=[west, east], crs=plan.zones.crs)
    split = replace(plan, sources=replace(plan.sources, communities=two))
    along = shapely.box(x0 + 149.5, y0 + 215, x0 + 150.5, y0 + 285)
    dark = crop(pixels(split, ZH, dpi=200), along, view_of(split, ZH), 200).sum(axis=2).min(axis=1) < 550
    assert 0.5 < dark.mean() < 0.85


def test_a_plan_without_zones_has_a_sheet(plan, tmp_path):
    zone_of_unit = np.full(len(plan.units), -1)
    text = text_of(printed(replace(plan, zones=plan.zones.iloc[:0], zone_of_unit=zone_of_unit), ZH, tmp_path))
    assert "片区一览表" in text
    assert "合计" not in text


def test_a_zone_without_an_operator_is_hatched_and_explained(plan):
    bare = replace(plan.coverage.gaps[0], kind=GapKind.NO_OPERATOR, near_name="", zones=())
    lost = replace(plan, coverage=replace(plan.coverage, gaps=(bare,)))
    assert "no_operator" in [i.symbol for i in legend(lost, ZH)]
    assert gap_table(lost, ZH).rows[0][4:6] == ["", ""]
    assert len(np.unique(crop(pixels(lost, ZH, 100), box_of(10), view_of(lost, ZH), 100))) > 10


def test_zones_differ_and_carry_their_colour(plan):
    picture, view = pixels(plan, ZH, dpi=60), view_of(plan, ZH)
    colours = [np.median(crop(picture, box_of(u).buffer(-20), view, 60), axis=(0, 1)) for u in (8, 9, 11)]
    assert len({tuple(c) for c in colours}) == 3
    assert all(c.min() > 120 for c in colours)


@pytest.mark.parametrize("colour_by", ["zone", "operator", "kind"])
def test_colours_follow_the_choice(plan, colour_by):
    options = replace(ZH, colour_by=colour_by)
    picture, view = pixels(plan, options, dpi=60), view_of(plan, options)
    middle = [
        tuple(np.median(crop(picture, box_of(u).buffer(-20), view, 60), axis=(0, 1))) for u in (9, 11, 7)
    ]
    village, *estates = middle
    assert estates[0] == estates[1]  # one zone, one operator, one kind
    assert (village == estates[0]) == (colour_by == "operator")


def view_of(plan, options):
    from bigmap.ui.printing.pages import Sheet

    image = blank_image(options, 30)
    painter = QPainter(image)
    view = Sheet(painter, plan, options, *(420.0, 297.0)).view
    painter.end()
    return view


def crop(picture, shape, view, dpi):
    """Return the pixels of the bounds of a shape on the ground."""
    x0, y0, x1, y1 = shape.bounds
    (left, bottom), (right, top) = np.rint(view.to_page(np.array([[x0, y0], [x1, y1]])) / 25.4 * dpi).astype(
        int
    )
    return picture[top:bottom, left:right]


def test_holes_stay_open():
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    path = path_of(ring, MapView(Box(0, 0, 100, 100), (50, 50), 1000))
    assert isinstance(path, QPainterPath)
    assert path.contains(path.pointAtPercent(0) * 0.9 + path.boundingRect().center() * 0.1)
    assert not path.contains(path.boundingRect().center())
    assert path_of([], MapView(Box(0, 0, 1, 1), (0, 0), 1000)).isEmpty()


@pytest.mark.parametrize("slope", [1, -1])
def test_hatch_lines_are_parallel_and_stay_inside(slope):
    shape = shapely.Point(1000, 2000).buffer(50)
    lines = shapely.get_parts(hatch(np.array([shape]), 5.0, slope))
    assert shapely.within(lines, shape.buffer(1e-6)).all()
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    steps = ends[:, 1] - ends[:, 0]
    assert np.allclose(steps[:, 1], slope * steps[:, 0])
    feet = np.sort(ends[:, 0, 0] - slope * ends[:, 0, 1]) / np.sqrt(2)
    assert np.allclose(np.diff(feet), 5.0)
    assert len(lines) == 20


# --- what is said ---


def test_a_share_is_never_rounded_up():
    assert share_percent(Share(99_999.0, 100_000.0)) == "99.9%"
    assert share_percent(Share(100_000.0, 100_000.0)) == "100.0%"
    assert share_percent(Share(0.0, 0.0)) == "–"


def test_the_zone_table_adds_up(plan):
    rows = zone_table(plan, ZH).rows
    assert [r[0] for r in rows] == ["W01", "W02", "W03", "合计"]
    assert [r[3] for r in rows] == ["200", "334", "440", "974"]
    assert rows[0][1] == "厦门筼筜城服物业有限公司"
    assert rows[-1][-1] == "100.0%"
    assert rows[0][-1] == "20.5%"


def test_operators_show_their_capacity(plan):
    assert operator_table(plan, EN).rows == [
        ["厦门筼筜城服物业有限公司", "W01", "200", "500", "40.0%"],
        ["嘉禾城市服务有限公司", "W02, W03", "774", "–", "–"],
    ]


def test_a_plan_without_operators_has_a_sheet(plan, tmp_path):
    bare = replace(plan, operators=plan.operators.iloc[:0], zones=plan.zones.assign(oper=None))
    text = text_of(printed(bare, replace(ZH, colour_by="operator"), tmp_path))
    assert "W03" in text
    assert "承接能力" not in text


def test_thousands_of_gaps_are_not_all_listed(plan):
    many = replace(plan, coverage=replace(plan.coverage, gaps=plan.coverage.gaps * 1000))
    rows = gap_table(many, EN).rows
    assert len(rows) == 301
    assert rows[-1][1] == "and 700 more"


def test_the_legend_tells_what_is_on_the_map(plan):
    assert [i.symbol for i in legend(plan, ZH)] == ["zone", "area", "gap", "boundary", "community"]
    lake = gpd.GeoDataFrame({"name": ["筼筜湖"], "type": [""]}, geometry=[box_of(0)], crs=4548)
    wet = replace(plan, sources=replace(plan.sources, exclusions=lake))
    assert legend(wet, ZH)[-1].text == "水域（不计入）"
    kinds = [i.text for i in legend(plan, replace(EN, colour_by="kind"))]
    assert "Residential estate" in kinds
    assert "Back lane" not in kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [("水域", "water"), ("筼筜湖", "water"), ("狐尾山", "hill"), ("river", "water"), ("军事", "other")],
)
def test_excluded_ground_is_known_by_type_or_name(text, kind):
    assert ground_class(text) == kind


def test_the_title_names_the_place(plan):
    place = gpd.GeoDataFrame({"name": ["筼筜街道"]}, geometry=[box_of(0)], crs=4548)
    boundary = Layer(Role.BOUNDARY, plan.sources.layers[0].file, place)
    named = replace(plan, sources=replace(plan.sources, layers=[boundary]))
    assert sheet_title(named, ZH) == "筼筜街道“大物业”服务片区划分图"
    assert sheet_title(named, replace(ZH, title="方案一")) == "方案一"


def test_the_foot_tells_where_the_figures_come_from(plan):
    left, right = footer(plan, replace(ZH, author="规划院"))
    assert "2000国家大地坐标系" in left
    assert "中央经线117°E" in left
    assert "住宅小区.shp" in left
    assert right.startswith("规划院")
    assert "bigmap 0.1.0" in right


def test_long_text_is_cut_and_stays_in_its_box():
    image = QImage(400, 100, QImage.Format.Format_RGB32)
    image.fill("white")
    painter = QPainter(image)
    pen = SheetPen(painter, 1.0)
    width = 30.0
    assert pen.lines_needed("筼筜" * 40, 3.0, width) > 5
    pen.text(Box(10, 5, width, 5), "筼筜街道办事处" * 9, 3.0)
    pixel = pen.painter.transform().m11()
    painter.end()
    row = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(100, 400, 4)[..., :3].min(axis=(0, 2))
    dark = np.nonzero(row < 200)[0] / pixel
    assert dark.min() >= 9.5
    assert dark.max() <= 10.5 + width


def test_mixed_colours_are_opaque_steps():
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#123456", "#ffffff", 0.0) == "#123456"


# --- files ---


def test_a_picture_has_its_resolution(plan, tmp_path):
    write_png(plan, tmp_path / "sheet.png", replace(ZH, paper="A4"), dpi=96)
    image = QImage(str(tmp_path / "sheet.png"))
    assert (image.width(), image.height()) == (1123, 794)
    assert image.dotsPerMeterX() == pytest.approx(96 / 0.0254, abs=1)


def test_a_file_that_cannot_be_written_is_named(plan, tmp_path):
    with pytest.raises(UserError) as caught:
        write_pdf(plan, tmp_path / "missing" / "coverage.pdf", ZH)
    assert caught.value.text.render("en").startswith("coverage.pdf cannot be written")


def test_without_a_chinese_font_nothing_is_printed(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_pen, "FAMILIES", ("No Such Font",))
    with pytest.raises(UserError) as caught:
        write_pdf(plan, tmp_path / "coverage.pdf", ZH)
    assert caught.value.text.render("en").startswith("No Chinese font")
    assert not (tmp_path / "coverage.pdf").exists()


def test_no_application_is_needed_and_none_stays(tmp_path):
    script = (
        "import sys; from pathlib import Path; from tests.helpers.plans import grid_plan\n"
        "from bigmap.ui.printing.sheet import write_pdf, write_png\n"
        "from PySide6.QtWidgets import QApplication\n"
        "folder = Path(sys.argv[1])\n"
        "write_pdf(grid_plan(), folder / 'one.pdf'); write_png(grid_plan(), folder / 'one.png', dpi=50)\n"
        "assert QApplication.instance() is None\n"
        "app = QApplication(['x', '-platform', 'offscreen'])\n"
        "write_pdf(grid_plan(), folder / 'two.pdf'); assert QApplication.instance() is app\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    one, two = (text_of(PdfReader(tmp_path / n).pages) for n in ("one.pdf", "two.pdf"))
    assert "筼筜一里" in one
    assert one == two


def test_coverage_rows_name_every_denominator(plan):
    rows = coverage_table(plan, EN).rows
    assert rows[0] == ["All ground", "91.6%", "120,000 m²", "10,000 m²"]
    assert rows[3] == ["By households", "100.0%", "974 households", "0 households"]
