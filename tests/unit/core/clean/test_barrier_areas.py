"""Railways drawn as areas keep ground apart by one of their sides."""

import shapely
from shapely import box

from bigmap.core.clean.barrier_areas import areas_as_lines, one_side
from tests.helpers.towns import layer


def test_one_long_side_stands_for_the_area():
    (side,) = one_side([box(0, 0, 300, 15)])
    assert side.geom_type == "LineString"
    assert 300 < side.length < 330
    assert shapely.get_num_geometries(shapely.intersection(side, box(100, -5, 200, 20))) == 1


def test_pieces_cut_at_a_border_are_one_line_and_lines_stay():
    line = shapely.LineString([(0, 100), (300, 100)])
    both = layer([box(0, 0, 150, 15), line, box(150, 0, 300, 15)], name="鹰厦线")
    out = areas_as_lines(both)
    assert len(out) == 2
    assert set(out.geometry.geom_type) == {"LineString"}
    assert out.geometry.iloc[0].equals(both.geometry.iloc[1])
    assert out.geometry.iloc[1].length > 300
