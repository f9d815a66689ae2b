// Polygons of one layer: their boxes, tracing them on a canvas, and which of them holds a point.
// A polygon is one part of a feature; `owner` is the row of the feature. Coordinates are metres from the origin.
"use strict";

bigmap.Shapes = class {
  constructor(scene, name) {
    this.xy = scene[`${name}.xy`];
    this.rings = scene[`${name}.rings`];
    this.polygons = scene[`${name}.polygons`];
    this.owner = scene[`${name}.owner`];
    this.count = this.owner.length;
    this.boxes = this._boxes();
  }

  _boxes() {
    const boxes = new Float32Array(4 * this.count);
    for (let p = 0; p < this.count; p++) {
      let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
      const shell = this.polygons[p];
      for (let v = this.rings[shell]; v < this.rings[shell + 1]; v++) {
        const x = this.xy[2 * v], y = this.xy[2 * v + 1];
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < south) south = y;
        if (y > north) north = y;
      }
      boxes.set([west, south, east, north], 4 * p);
    }
    return boxes;
  }

  // Polygons whose box meets [west, south, east, north].
  *inside(box) {
    const b = this.boxes;
    for (let p = 0, i = 0; p < this.count; p++, i += 4) {
      if (b[i] <= box[2] && b[i + 2] >= box[0] && b[i + 1] <= box[3] && b[i + 3] >= box[1]) yield p;
    }
  }

  // Box of all polygons of some features; null where they have none.
  boxOf(rows) {
    const wanted = new Set(rows);
    let box = null;
    for (let p = 0; p < this.count; p++) {
      if (!wanted.has(this.owner[p])) continue;
      const [west, south, east, north] = this.boxes.subarray(4 * p, 4 * p + 4);
      box = box
        ? [Math.min(box[0], west), Math.min(box[1], south), Math.max(box[2], east), Math.max(box[3], north)]
        : [west, south, east, north];
    }
    return box;
  }

  // Adds the rings of a polygon to the path, leaving out vertices less than half a pixel from the last one.
  trace(ctx, p, place) {
    const { k, dx, dy } = place;
    for (let r = this.polygons[p]; r < this.polygons[p + 1]; r++) {
      let lastX = Infinity, lastY = Infinity;
      for (let v = this.rings[r], end = this.rings[r + 1] - 1; v < end; v++) {
        const x = this.xy[2 * v] * k + dx, y = dy - this.xy[2 * v + 1] * k;
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
    this._grid ??= new bigmap.Grid(this);
    let found = -1;
    for (const p of this._grid.near(x, y)) {
      if (this._holds(p, x, y)) found = Math.max(found, this.owner[p]);
    }
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
    const p = this.owner.indexOf(row);
    const [, south, , north] = this.boxes.subarray(4 * p, 4 * p + 4);
    const y = (south + north) / 2;
    const hits = this._crossings(p, y);
    let widest = 0;
    for (let i = 0; i + 1 < hits.length; i += 2) {
      if (hits[i + 1] - hits[i] > hits[widest + 1] - hits[widest]) widest = i;
    }
    return [(hits[widest] + hits[widest + 1]) / 2, y];
  }

  _holds(p, x, y) {
    const b = this.boxes, i = 4 * p;
    if (x < b[i] || x > b[i + 2] || y < b[i + 1] || y > b[i + 3]) return false;
    return this._crossings(p, y).filter((hit) => hit > x).length % 2 === 1;
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

// A grid of square cells with about one polygon a cell.
bigmap.Grid = class {
  constructor(shapes) {
    const b = shapes.boxes;
    const all = shapes.boxOf(shapes.owner) ?? [0, 0, 1, 1];
    [this.west, this.south] = all;
    const [width, height] = [Math.max(all[2] - all[0], 1), Math.max(all[3] - all[1], 1)];
    this.cell = Math.max(Math.sqrt((width * height) / Math.max(shapes.count, 1)), Math.max(width, height) / 1000);
    this.columns = Math.ceil(width / this.cell) + 1;
    this.cells = new Map();
    for (let p = 0; p < shapes.count; p++) {
      this._each(b.subarray(4 * p, 4 * p + 4), (key) => {
        if (this.cells.has(key)) this.cells.get(key).push(p);
        else this.cells.set(key, [p]);
      });
    }
  }

  _each([west, south, east, north], act) {
    const first = Math.floor((west - this.west) / this.cell), last = Math.floor((east - this.west) / this.cell);
    const low = Math.floor((south - this.south) / this.cell), high = Math.floor((north - this.south) / this.cell);
    for (let row = low; row <= high; row++) {
      for (let column = first; column <= last; column++) act(row * this.columns + column);
    }
  }

  near(x, y) {
    let found = [];
    this._each([x, y, x, y], (key) => (found = this.cells.get(key) ?? []));
    return found;
  }
};
