// Turns polygons into a square of numbers: which unit lies under each sample. Runs in the workers.
//
// A sample belongs to the polygon that holds its centre (even-odd over all rings, so holes stay open); crossings
// are reckoned from the lower end of an edge, so that two polygons give a sample on their common edge to exactly
// one of them. A polygon that is smaller than a sample sets the one it lies in.
"use strict";

bigmap.Raster = class {
  constructor(size) {
    this.size = size;
    this.head = new Int32Array(size);
    this.next = new Int32Array(1024);
    this.cross = new Float64Array(1024);
  }

  // ids: size² numbers, 0 for nothing; `place` turns metres into samples, as for a board.
  fill(shapes, polygons, place) {
    const { size } = this, ids = new Uint32Array(size * size), boxes = shapes.boxes, { k, dx, dy } = place;
    for (const p of polygons) {
      const i = 4 * p, wide = (boxes[i + 2] - boxes[i]) * k, high = (boxes[i + 3] - boxes[i + 1]) * k;
      if (wide >= 1 || high >= 1) {
        this._scan(ids, shapes, p, place);
        continue;
      }
      const x = Math.floor(((boxes[i] + boxes[i + 2]) / 2) * k + dx);
      const y = Math.floor(dy - ((boxes[i + 1] + boxes[i + 3]) / 2) * k);
      if (x >= 0 && x < size && y >= 0 && y < size) ids[y * size + x] = shapes.owner[p] + 1;
    }
    return ids;
  }

  _scan(ids, shapes, p, place) {
    const { size, head } = this, b = shapes.boxes, { k, dy } = place;
    const top = Math.max(0, Math.ceil(dy - b[4 * p + 3] * k - 0.5));
    const bottom = Math.min(size - 1, Math.ceil(dy - b[4 * p + 1] * k - 0.5));
    if (top > bottom) return;
    head.fill(-1, top, bottom + 1);
    this._gather(shapes, p, place, top, bottom);
    const id = shapes.owner[p] + 1;
    for (let row = top; row <= bottom; row++) this._runs(ids, row, id);
  }

  // Crossings of the edges with the middles of the rows, sorted in a list a row.
  _gather(shapes, p, { k, dx, dy }, top, bottom) {
    const { xy, rings, polygons } = shapes;
    let count = 0;
    for (let r = polygons[p]; r < polygons[p + 1]; r++) {
      for (let i = 2 * rings[r], end = 2 * rings[r + 1] - 2; i < end; i += 2) {
        let x0 = xy[i] * k + dx, y0 = dy - xy[i + 1] * k, x1 = xy[i + 2] * k + dx, y1 = dy - xy[i + 3] * k;
        if (y0 > y1) [x0, y0, x1, y1] = [x1, y1, x0, y0];
        const first = Math.max(top, Math.ceil(y0 - 0.5)), last = Math.min(bottom, Math.ceil(y1 - 0.5) - 1);
        if (first > last) continue;
        const slope = (x1 - x0) / (y1 - y0);
        for (let row = first; row <= last; row++) this._insert(count++, row, x0 + (row + 0.5 - y0) * slope);
      }
    }
  }

  _insert(at, row, x) {
    if (at >= this.next.length) this._grow();
    const { head, next, cross } = this;
    cross[at] = x;
    let before = -1, after = head[row];
    while (after >= 0 && cross[after] < x) [before, after] = [after, next[after]];
    next[at] = after;
    if (before < 0) head[row] = at;
    else next[before] = at;
  }

  _grow() {
    const { next, cross } = this;
    (this.next = new Int32Array(2 * next.length)).set(next);
    (this.cross = new Float64Array(2 * cross.length)).set(cross);
  }

  _runs(ids, row, id) {
    const { size, next, cross } = this, start = row * size;
    for (let at = this.head[row]; at >= 0; at = next[next[at]]) {
      if (next[at] < 0) break; // cannot be: rings are closed
      const from = Math.max(0, Math.ceil(cross[at] - 0.5)), to = Math.min(size, Math.ceil(cross[next[at]] - 0.5));
      for (let i = from; i < to; i++) ids[start + i] = id;
    }
  }
};

// Joins 2 × 2 samples to a pixel: the number where all four agree, else MIXED plus a place in `quads`, where the
// four stand. So a tile is coloured with one look-up for most pixels.
bigmap.halved = function (ids, size) {
  const half = size / 2, pixels = new Uint32Array(half * half);
  let quads = new Uint32Array(1024), count = 0;
  for (let y = 0; y < half; y++) {
    for (let x = 0, i = 2 * y * size; x < half; x++, i += 2) {
      const a = ids[i], b = ids[i + 1], c = ids[i + size], d = ids[i + size + 1];
      if (a === b && a === c && a === d) {
        pixels[y * half + x] = a;
        continue;
      }
      if (count + 4 > quads.length) {
        const larger = new Uint32Array(4 * quads.length);
        larger.set(quads);
        quads = larger;
      }
      pixels[y * half + x] = bigmap.MIXED + count / 4;
      quads[count++] = a;
      quads[count++] = b;
      quads[count++] = c;
      quads[count++] = d;
    }
  }
  return { pixels, quads: quads.slice(0, count) };
};
