// Polygons of one layer: their boxes, an index over them, tracing them on a canvas, and which of them holds a point.
// A polygon is one part of a feature; `owner` is the row of the feature, rising. Coordinates are metres from the
// origin. Used in the page and in its workers.
"use strict";

bigmap.Shapes = class {
  constructor(scene, name) {
    this.xy = scene[`${name}.xy`];
    this.rings = scene[`${name}.rings`];
    this.polygons = scene[`${name}.polygons`];
    this.owner = scene[`${name}.owner`];
    this.count = this.owner.length;
  }

  // Other shapes made of these: feature i of those of rows[starts[i]] to rows[starts[i + 1] - 1].
  gathered(rows, starts) {
    const rings = [0], polygons = [0], owner = [], runs = [];
    let feature = 0, length = 0;
    rows.forEach((row, i) => {
      while (i >= starts[feature + 1]) feature++;
      for (const p of this.of([row])) {
        const from = this.rings[this.polygons[p]];
        for (let r = this.polygons[p]; r < this.polygons[p + 1]; r++) rings.push(length + this.rings[r + 1] - from);
        runs.push([length, from, this.rings[this.polygons[p + 1]]]);
        length = rings.at(-1);
        polygons.push(rings.length - 1);
        owner.push(feature);
      }
    });
    const xy = new Float32Array(2 * length);
    for (const [to, from, end] of runs) xy.set(this.xy.subarray(2 * from, 2 * end), 2 * to);
    return new bigmap.Shapes({ ".xy": xy, ".rings": rings, ".polygons": polygons, ".owner": owner }, "");
  }

  // West, south, east, north of each polygon.
  get boxes() {
    return (this._boxes ??= this._measure());
  }

  _measure() {
    const boxes = new Float32Array(4 * this.count), { xy, rings, polygons } = this;
    for (let p = 0; p < this.count; p++) {
      let west = Infinity, south = Infinity, east = -Infinity, north = -Infinity;
      const shell = polygons[p];
      for (let i = 2 * rings[shell], end = 2 * rings[shell + 1]; i < end; i += 2) {
        const x = xy[i], y = xy[i + 1];
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < south) south = y;
        if (y > north) north = y;
      }
      const i = 4 * p;
      boxes[i] = west;
      boxes[i + 1] = south;
      boxes[i + 2] = east;
      boxes[i + 3] = north;
    }
    return boxes;
  }

  // A static R-tree over the boxes, made at first need or taken over from a worker (`adopt`).
  get index() {
    if (!this._index && this.count) {
      const index = new Flatbush(this.count, 16, Float32Array), b = this.boxes;
      for (let i = 0; i < b.length; i += 4) index.add(b[i], b[i + 1], b[i + 2], b[i + 3]);
      index.finish();
      this._index = index;
    }
    return this._index;
  }

  adopt(data) {
    this._index = Flatbush.from(data);
  }

  // Polygons whose box meets [west, south, east, north], in their order.
  inside(box) {
    return this.count ? Uint32Array.from(this.index.search(...box)).sort() : [];
  }

  // The polygons of some features.
  *of(rows) {
    this._first ??= this._starts();
    for (const row of rows) for (let p = this._first[row]; p < this._first[row + 1]; p++) yield p;
  }

  _starts() {
    const rows = this.count ? this.owner[this.count - 1] + 1 : 0, first = new Uint32Array(rows + 1);
    for (const row of this.owner) first[row + 1]++;
    for (let row = 0; row < rows; row++) first[row + 1] += first[row];
    return first;
  }

  // Box of all polygons of some features; null where they have none.
  boxOf(rows) {
    let box = null;
    for (const p of this.of(rows)) {
      const [west, south, east, north] = this.boxes.subarray(4 * p, 4 * p + 4);
      box = box
        ? [Math.min(box[0], west), Math.min(box[1], south), Math.max(box[2], east), Math.max(box[3], north)]
        : [west, south, east, north];
    }
    return box;
  }

  // Adds the rings of a polygon to the path, leaving out vertices less than half a pixel from the last one.
  trace(ctx, p, place) {
    const { k, dx, dy } = place, xy = this.xy;
    for (let r = this.polygons[p]; r < this.polygons[p + 1]; r++) {
      let lastX = Infinity, lastY = Infinity;
      for (let v = this.rings[r], end = this.rings[r + 1] - 1; v < end; v++) {
        const x = xy[2 * v] * k + dx, y = dy - xy[2 * v + 1] * k;
        if (lastX === Infinity) ctx.moveTo(x, y);
        else if (Math.abs(x - lastX) + Math.abs(y - lastY) < 0.5) continue;
        else ctx.lineTo(x, y);
        lastX = x;
        lastY = y;
      }
      ctx.closePath();
    }
  }

  // Row of the feature that holds the point, -1 for none; the last one drawn wins.
  at(x, y) {
    let found = -1;
    for (const p of this.inside([x, y, x, y])) if (this.holds(p, x, y)) found = Math.max(found, this.owner[p]);
    return found;
  }

  // Row of the feature with the nearest box within `reach` metres, -1 for none.
  nearest(x, y, reach) {
    let found = -1, best = reach;
    for (const p of this.inside([x - reach, y - reach, x + reach, y + reach])) {
      const [west, south, east, north] = this.boxes.subarray(4 * p, 4 * p + 4);
      const away = Math.max(west - x, x - east, south - y, y - north, 0);
      if (away < best) [found, best] = [this.owner[p], away];
    }
    return found;
  }

  // A point inside a feature: the middle of the widest run of the line across the middle of its box.
  pointIn(row) {
    const [p] = this.of([row]);
    const [, south, , north] = this.boxes.subarray(4 * p, 4 * p + 4);
    const y = (south + north) / 2;
    const hits = this._crossings(p, y);
    let widest = 0;
    for (let i = 0; i + 1 < hits.length; i += 2) {
      if (hits[i + 1] - hits[i] > hits[widest + 1] - hits[widest]) widest = i;
    }
    return [(hits[widest] + hits[widest + 1]) / 2, y];
  }

  // Whether a polygon holds the point, by the even-odd rule, so that holes are out.
  holds(p, x, y) {
    const xy = this.xy;
    let odd = false;
    for (let r = this.polygons[p]; r < this.polygons[p + 1]; r++) {
      for (let i = 2 * this.rings[r], end = 2 * this.rings[r + 1] - 2; i < end; i += 2) {
        const y0 = xy[i + 1], y1 = xy[i + 3];
        if (y0 > y !== y1 > y && xy[i] + ((y - y0) / (y1 - y0)) * (xy[i + 2] - xy[i]) > x) odd = !odd;
      }
    }
    return odd;
  }

  // Where the edges of a polygon cross the level y, from west to east.
  _crossings(p, y) {
    const hits = [], xy = this.xy;
    for (let r = this.polygons[p]; r < this.polygons[p + 1]; r++) {
      for (let v = this.rings[r]; v < this.rings[r + 1] - 1; v++) {
        const y0 = xy[2 * v + 1], y1 = xy[2 * v + 3];
        if (y0 > y !== y1 > y) hits.push(xy[2 * v] + ((y - y0) / (y1 - y0)) * (xy[2 * v + 2] - xy[2 * v]));
      }
    }
    return hits.sort((a, b) => a - b);
  }
};
