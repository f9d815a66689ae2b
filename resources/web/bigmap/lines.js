// Borders of zones as lines with a zone on each side: from the polygons of a scene at first, from the workers
// (seams.js) as soon as they have found them, and again after each change of the assignment.
"use strict";

bigmap.Lines = class {
  constructor({ xy, starts, left, right }) {
    Object.assign(this, { xy, starts, left, right, count: left.length });
    this.boxes = new Float32Array(4 * this.count);
    for (let line = 0; line < this.count; line++) {
      let west = Infinity, south = Infinity, east = -Infinity, north = -Infinity;
      for (let v = starts[line]; v < starts[line + 1]; v++) {
        west = Math.min(west, xy[2 * v]);
        east = Math.max(east, xy[2 * v]);
        south = Math.min(south, xy[2 * v + 1]);
        north = Math.max(north, xy[2 * v + 1]);
      }
      this.boxes.set([west, south, east, north], 4 * line);
    }
  }

  static ofShapes({ xy, rings, polygons, owner }) {
    const left = new Int32Array(Math.max(rings.length - 1, 0));
    owner.forEach((row, p) => left.fill(row, polygons[p], polygons[p + 1]));
    return new bigmap.Lines({ xy, starts: rings, left, right: left });
  }

  // Lines that are part of the outline of one of the zones.
  around(zones) {
    const wanted = new Set(zones);
    return [...Array(this.count).keys()].filter((i) => wanted.has(this.left[i]) !== (wanted.has(this.right[i]) && this.left[i] !== this.right[i]));
  }

  // Box around each of `count` zones, all in one pass; null for a zone without ground.
  boxesOf(count) {
    const all = Array(count).fill(null), b = this.boxes;
    for (let line = 0; line < this.count; line++) {
      for (const zone of [this.left[line], this.right[line]]) {
        if (zone < 0) continue;
        const box = (all[zone] ??= [Infinity, Infinity, -Infinity, -Infinity]), i = 4 * line;
        box[0] = Math.min(box[0], b[i]);
        box[1] = Math.min(box[1], b[i + 1]);
        box[2] = Math.max(box[2], b[i + 2]);
        box[3] = Math.max(box[3], b[i + 3]);
      }
    }
    return all;
  }

  // Adds the lines on the screen to the path.
  trace(ctx, place, box, lines) {
    for (const line of lines ?? Array(this.count).keys()) {
      const b = this.boxes, i = 4 * line;
      if (b[i] > box[2] || b[i + 2] < box[0] || b[i + 1] > box[3] || b[i + 3] < box[1]) continue;
      this._trace(ctx, place, line);
    }
  }

  _trace(ctx, { k, dx, dy }, line) {
    const { xy, starts } = this, end = starts[line + 1] - 1;
    let lastX = Infinity, lastY = Infinity;
    for (let v = starts[line]; v <= end; v++) {
      const x = xy[2 * v] * k + dx, y = dy - xy[2 * v + 1] * k;
      if (lastX === Infinity) ctx.moveTo(x, y);
      else if (v < end && Math.abs(x - lastX) + Math.abs(y - lastY) < 0.75) continue;
      else ctx.lineTo(x, y);
      lastX = x;
      lastY = y;
    }
  }
};
