// Where units touch: each edge of a polygon with the unit on its other side. From that and a zone a unit come the
// borders of the zones, without any polygon being united. Runs in a worker.
"use strict";

bigmap.Seams = class {
  constructor(units) {
    this.units = units;
    this.bits = new Int32Array(units.xy.buffer, units.xy.byteOffset, units.xy.length);
    this._match();
  }

  // Finds each edge once: `start` is the vertex it starts from as an edge of unit `one`, `back` as one of unit `two`
  // (-1 for none). Neighbours share their vertices, so an edge and its fellow have the same ends.
  _match() {
    const { rings, owner, polygons, count } = this.units, { bits } = this;
    const vertices = bits.length / 2, slots = 2 ** Math.ceil(Math.log2(2 * vertices + 2));
    const table = new Int32Array(slots).fill(-1);
    const [start, back, one, two] = Array.from({ length: 4 }, () => new Int32Array(vertices));
    let edges = 0;
    for (let p = 0; p < count; p++) {
      for (let r = polygons[p]; r < polygons[p + 1]; r++) {
        for (let v = rings[r], end = rings[r + 1] - 1; v < end; v++) {
          const i = 2 * v, x0 = bits[i], y0 = bits[i + 1], x1 = bits[i + 2], y1 = bits[i + 3];
          let slot = this._hash(x0, y0, x1, y1) & (slots - 1), fellow = -1;
          for (; table[slot] >= 0 && fellow < 0; slot = (slot + 1) & (slots - 1)) {
            const e = table[slot], j = 2 * start[e];
            const turned = bits[j] === x1 && bits[j + 1] === y1 && bits[j + 2] === x0 && bits[j + 3] === y0;
            const along = bits[j] === x0 && bits[j + 1] === y0 && bits[j + 2] === x1 && bits[j + 3] === y1;
            if (turned || along) fellow = e;
          }
          if (fellow >= 0) {
            back[fellow] = v;
            two[fellow] = owner[p];
            continue;
          }
          table[slot] = edges;
          start[edges] = v;
          one[edges] = owner[p];
          back[edges] = two[edges++] = -1;
        }
      }
    }
    [this.start, this.back, this.one, this.two] = [start, back, one, two].map((a) => a.slice(0, edges));
    this.found = Array.from({ length: 3 }, () => new Int32Array(edges)); // used by each search: to make them costs more
  }

  // The same for both directions.
  _hash(x0, y0, x1, y1) {
    const a = Math.imul(x0, 0x9e3779b1) ^ Math.imul(y0, 0x85ebca6b), b = Math.imul(x1, 0x9e3779b1) ^ Math.imul(y1, 0x85ebca6b);
    let h = (a ^ (a >>> 15)) + (b ^ (b >>> 15));
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return h ^ (h >>> 16);
  }

  // Lines with another zone on each side: `left` and `right` (-1: no zone, or outside), each once.
  between(zones) {
    const { start, back, one, two, found: [edges, left, right] } = this;
    let n = 0;
    for (let e = 0; e < start.length; e++) {
      const a = zones[one[e]], b = two[e] < 0 ? -1 : zones[two[e]];
      if (a === b) continue;
      edges[n] = a > b ? start[e] : back[e];
      left[n] = Math.max(a, b);
      right[n++] = Math.min(a, b);
    }
    return this._chained(edges.subarray(0, n), left, right);
  }

  // Joins edges of the same two zones, end to start, into lines as long as can be.
  _chained(edges, left, right) {
    const n = edges.length, xy = this.units.xy;
    const { follower, led } = this._followed(edges, left, right);
    const used = new Uint8Array(n), line = new Float32Array(4 * n), sides = [[], []], starts = [0];
    let end = 0;
    const put = (i) => {
      line[end++] = xy[i];
      line[end++] = xy[i + 1];
    };
    const walk = (first) => {
      put(2 * edges[first]);
      for (let i = first; i >= 0 && !used[i]; i = follower[i]) {
        used[i] = 1;
        put(2 * edges[i] + 2);
      }
      sides[0].push(left[first]);
      sides[1].push(right[first]);
      starts.push(end / 2);
    };
    for (let i = 0; i < n; i++) if (!led[i]) walk(i);
    for (let i = 0; i < n; i++) if (!used[i]) walk(i); // what is left goes round in circles
    return {
      xy: line.slice(0, end),
      starts: Uint32Array.from(starts),
      left: Int32Array.from(sides[0]),
      right: Int32Array.from(sides[1]),
    };
  }

  // The edge that goes on from each one, of the same two zones, -1 for none; and which edges go on from another.
  _followed(edges, left, right) {
    const { bits } = this, n = edges.length, follower = new Int32Array(n).fill(-1), led = new Uint8Array(n);
    const mask = 2 ** Math.ceil(Math.log2(2 * n + 2)) - 1, table = new Int32Array(mask + 1).fill(-1);
    const slotOf = (i) => {
      const h = Math.imul(bits[i], 0x9e3779b1) ^ Math.imul(bits[i + 1], 0x85ebca6b);
      return (h ^ (h >>> 15)) & mask;
    };
    for (let i = 0; i < n; i++) {
      let slot = slotOf(2 * edges[i]);
      while (table[slot] >= 0) slot = (slot + 1) & mask;
      table[slot] = i;
    }
    for (let i = 0; i < n; i++) {
      const to = 2 * edges[i] + 2;
      for (let slot = slotOf(to), j; (j = table[slot]) >= 0; slot = (slot + 1) & mask) {
        const from = 2 * edges[j];
        if (bits[from] !== bits[to] || bits[from + 1] !== bits[to + 1] || left[j] !== left[i] || right[j] !== right[i]) continue;
        if (!led[j]) follower[i] = j;
        led[j] = 1;
        break;
      }
    }
    return { follower, led };
  }
};
