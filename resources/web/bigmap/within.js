// Which polygons meet a shape that a planner draws, or lie wholly in it: exact, by geometry.
//
//   {box: [west, south, east, north]}   {ring: [[x, y], …]}   {centre: [x, y], radius}   {path: [[x, y], …], reach}
//
// all in metres from the origin. A ring closes itself; a path is met by what is no farther from it than `reach`.
"use strict";

// Rows of the features with a polygon that meets the shape ("touch") or lies wholly in it ("inside"), rising.
bigmap.within = function (shapes, shape, how = "touch") {
  const area = bigmap.area(shape), rows = [];
  const test = how === "inside" ? (p) => area.holdsAll(shapes, p) : (p) => area.meets(shapes, p);
  let held = -1;
  for (const p of shapes.inside(area.box)) {
    const row = shapes.owner[p];
    if (how !== "inside" && row === held) continue;
    if (test(p)) rows.push((held = row));
  }
  if (how !== "inside") return rows;
  const count = (row) => [...shapes.of([row])].length; // every part has to lie in it
  return [...new Set(rows)].filter((row) => rows.filter((r) => r === row).length === count(row) || count(row) === 1);
};

bigmap.area = function (shape) {
  if (shape.box) {
    const [w, s, e, n] = shape.box;
    return new bigmap.RingArea([[w, s], [e, s], [e, n], [w, n]]);
  }
  if (shape.ring) return new bigmap.RingArea(shape.ring);
  if (shape.centre) return new bigmap.PathArea([shape.centre], shape.radius);
  return new bigmap.PathArea(shape.path, shape.reach);
};

bigmap.boxOfPoints = function (points, room = 0) {
  const xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
  const least = (v) => v.reduce((a, b) => Math.min(a, b)), most = (v) => v.reduce((a, b) => Math.max(a, b));
  return [least(xs) - room, least(ys) - room, most(xs) + room, most(ys) + room];
};

// Calls `act(x0, y0, x1, y1)` for the edges of a polygon until it returns true; tells whether it did.
bigmap.someEdge = function (shapes, p, act) {
  const { xy, rings, polygons } = shapes;
  for (let r = polygons[p]; r < polygons[p + 1]; r++) {
    for (let i = 2 * rings[r], end = 2 * rings[r + 1] - 2; i < end; i += 2) {
      if (act(xy[i], xy[i + 1], xy[i + 2], xy[i + 3])) return true;
    }
  }
  return false;
};

// The inside of a ring, by the even-odd rule.
bigmap.RingArea = class {
  constructor(ring) {
    this.edges = ring.map(([x, y], i) => [x, y, ...ring[(i + 1) % ring.length]]);
    this.box = bigmap.boxOfPoints(ring);
  }

  holds(x, y) {
    let odd = false;
    for (const [x0, y0, x1, y1] of this.edges) {
      if (y0 > y !== y1 > y && x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) > x) odd = !odd;
    }
    return odd;
  }

  // Most polygons lie clear of the ring itself, and then one point of them tells.
  _near(shapes, p) {
    const [w, s, e, n] = shapes.boxes.subarray(4 * p, 4 * p + 4);
    return this.edges.filter(([x0, y0, x1, y1]) =>
      Math.min(x0, x1) <= e && Math.max(x0, x1) >= w && Math.min(y0, y1) <= n && Math.max(y0, y1) >= s);
  }

  _first(shapes, p) {
    const i = 2 * shapes.rings[shapes.polygons[p]];
    return [shapes.xy[i], shapes.xy[i + 1]];
  }

  _crossed(shapes, p, near) {
    return bigmap.someEdge(shapes, p, (...e) => near.some((f) => bigmap.cross(...e, ...f)));
  }

  meets(shapes, p) {
    if (this.holds(...this._first(shapes, p))) return true;
    const near = this._near(shapes, p);
    return near.length > 0 && (near.some(([x, y]) => shapes.holds(p, x, y)) || this._crossed(shapes, p, near));
  }

  holdsAll(shapes, p) {
    if (!this.holds(...this._first(shapes, p))) return false;
    const near = this._near(shapes, p);
    return !near.length || !this._crossed(shapes, p, near);
  }
};

// All that is no farther than `reach` from a path, or from a point.
bigmap.PathArea = class {
  constructor(points, reach) {
    this.reach = reach;
    this.edges = points.length > 1 ? points.slice(1).map((q, i) => [...points[i], ...q]) : [[...points[0], ...points[0]]];
    this.box = bigmap.boxOfPoints(points, reach);
  }

  meets(shapes, p) {
    const [x, y] = this.edges[0];
    if (shapes.holds(p, x, y)) return true;
    const reach2 = this.reach ** 2;
    return bigmap.someEdge(shapes, p, (...e) => this.edges.some((f) => bigmap.gap2(...e, ...f) <= reach2));
  }

  // Whether every vertex lies in it: right for a disc, which is convex.
  holdsAll(shapes, p) {
    const reach2 = this.reach ** 2;
    return !bigmap.someEdge(shapes, p, (x, y) => !this.edges.some((f) => bigmap.gap2(x, y, x, y, ...f) <= reach2));
  }
};

// On which side of the line from a to b the point c lies.
bigmap.turn = (ax, ay, bx, by, cx, cy) => (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

// Whether two edges have a point in common.
bigmap.cross = function (ax, ay, bx, by, cx, cy, dx, dy) {
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return false;
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return false;
  const { turn } = bigmap;
  const c = turn(ax, ay, bx, by, cx, cy), d = turn(ax, ay, bx, by, dx, dy);
  const a = turn(cx, cy, dx, dy, ax, ay), b = turn(cx, cy, dx, dy, bx, by);
  return c * d <= 0 && a * b <= 0;
};

// Squared distance of a point from an edge.
bigmap.off2 = function (x, y, x0, y0, x1, y1) {
  const dx = x1 - x0, dy = y1 - y0, length2 = dx * dx + dy * dy;
  const t = length2 ? Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length2)) : 0;
  return (x - x0 - t * dx) ** 2 + (y - y0 - t * dy) ** 2;
};

// Squared distance between two edges.
bigmap.gap2 = function (ax, ay, bx, by, cx, cy, dx, dy) {
  if (bigmap.cross(ax, ay, bx, by, cx, cy, dx, dy) && (ax !== bx || ay !== by) && (cx !== dx || cy !== dy)) return 0;
  const { off2 } = bigmap;
  return Math.min(
    off2(ax, ay, cx, cy, dx, dy), off2(bx, by, cx, cy, dx, dy), off2(cx, cy, ax, ay, bx, by), off2(dx, dy, ax, ay, bx, by),
  );
};
