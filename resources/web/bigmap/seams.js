// Where units touch: each edge of a polygon with the unit on its other side. From that and a zone a unit come the
// borders of the zones, without any polygon being united. Runs in a worker.
"use strict";

bigmap.Seams = class {
  constructor(units) {
    this.units = units;
    this.bits = new Int32Array(units.xy.buffer, units.xy.byteOffset, units.xy.length);
    this.other = this._match();
  }

  // For the edge from each vertex to the next: the unit across it, -1 for none, -2 where no edge starts.
  // Neighbours share their vertices, so an edge and its fellow have the same ends.
  _match() {
    const { rings, owner, polygons, count } = this.units, { bits } = this;
    const vertices = bits.length / 2, other = new Int32Array(vertices).fill(-2), holder = new Int32Array(vertices);
    const slots = 2 ** Math.ceil(Math.log2(2 * vertices + 2)), table = new Int32Array(slots).fill(-1);
    for (let p = 0; p < count; p++) {
      for (let r = polygons[p]; r < polygons[p + 1]; r++) {
        for (let v = rings[r], end = rings[r + 1] - 1; v < end; v++) {
          other[v] = -1;
          holder[v] = owner[p];
          const i = 2 * v, x0 = bits[i], y0 = bits[i + 1], x1 = bits[i + 2], y1 = bits[i + 3];
          let slot = this._hash(x0, y0, x1, y1) & (slots - 1);
          for (; table[slot] >= 0; slot = (slot + 1) & (slots - 1)) {
            const w = table[slot], j = 2 * w;
            const back = bits[j] === x1 && bits[j + 1] === y1 && bits[j + 2] === x0 && bits[j + 3] === y0;
            const along = bits[j] === x0 && bits[j + 1] === y0 && bits[j + 2] === x1 && bits[j + 3] === y1;
            if (!back && !along) continue;
            other[v] = holder[w];
            other[w] = owner[p];
            break;
          }
          if (other[v] === -1) table[slot] = v;
        }
      }
    }
    this.holder = holder;
    return other;
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
    const { holder, other } = this, edges = [];
    for (let v = 0; v < other.length; v++) {
      const across = other[v];
      if (across === -2) continue;
      const left = zones[holder[v]], right = across < 0 ? -1 : zones[across];
      if (left > right) edges.push(v);
    }
    return this._chained(edges, zones);
  }

  // Joins edges of the same two zones, end to start, into lines as long as can be.
  _chained(edges, zones) {
    const { bits, holder, other } = this, xy = this.units.xy;
    const side = (v) => [zones[holder[v]], other[v] < 0 ? -1 : zones[other[v]]];
    const starts = new bigmap.Ends(bits, edges);
    const used = new Uint8Array(edges.length), follower = new Int32Array(edges.length).fill(-1);
    const led = new Uint8Array(edges.length);
    edges.forEach((v, i) => {
      const j = starts.at(2 * v + 2, (w) => zones[holder[w]] === zones[holder[v]] && side(w)[1] === side(v)[1]);
      if (j < 0 || led[j]) return;
      follower[i] = j;
      led[j] = 1;
    });
    const line = [], breaks = [0], left = [], right = [];
    const walk = (first) => {
      let last = first;
      line.push(xy[2 * edges[first]], xy[2 * edges[first] + 1]);
      for (let i = first; i >= 0 && !used[i]; i = follower[i]) {
        used[i] = 1;
        last = i;
        line.push(xy[2 * edges[i] + 2], xy[2 * edges[i] + 3]);
      }
      const [a, b] = side(edges[last]);
      left.push(a);
      right.push(b);
      breaks.push(line.length / 2);
    };
    edges.forEach((_, i) => !led[i] && walk(i));
    edges.forEach((_, i) => !used[i] && walk(i)); // what is left goes round in circles
    return {
      xy: Float32Array.from(line),
      starts: Uint32Array.from(breaks),
      left: Int32Array.from(left),
      right: Int32Array.from(right),
    };
  }
};

// Finds edges by the point they start from.
bigmap.Ends = class {
  constructor(bits, edges) {
    Object.assign(this, { bits, edges });
    this.slots = 2 ** Math.ceil(Math.log2(2 * edges.length + 2));
    this.table = new Int32Array(this.slots).fill(-1);
    edges.forEach((v, i) => {
      let slot = this._slot(2 * v);
      while (this.table[slot] >= 0) slot = (slot + 1) & (this.slots - 1);
      this.table[slot] = i;
    });
  }

  _slot(i) {
    const h = Math.imul(this.bits[i], 0x9e3779b1) ^ Math.imul(this.bits[i + 1], 0x85ebca6b);
    return (h ^ (h >>> 15)) & (this.slots - 1);
  }

  at(i, fits) {
    const { bits, edges, table, slots } = this;
    for (let slot = this._slot(i); table[slot] >= 0; slot = (slot + 1) & (slots - 1)) {
      const v = edges[table[slot]];
      if (bits[2 * v] === bits[i] && bits[2 * v + 1] === bits[i + 1] && fits(v)) return table[slot];
    }
    return -1;
  }
};
