// A worker of the page: holds the geometry of a scene and makes tiles of it.
//
//   page -> worker   {kind: "scene", buffer, first}          first: also send the index back
//                    {kind: "tile", key, x, y, k, size, sub, lines, prints}
//                    {kind: "borders", zones, number}        a zone a unit; who borders whom, as lines
//   worker -> page   {kind: "index", data}
//                    {kind: "tile", key, pixels, quads, lines}
//                    {kind: "borders", number, xy, starts, left, right}
//
// A tile is `size` pixels of the screen wide and starts at the pixel (x, y) of the world at a scale of k pixels a
// metre; sub 2 samples it at twice that. `lines` (outlines of units) and `prints` (footprints) are drawn apart, as
// a picture that is laid over the colours.
"use strict";

bigmap.Painter = class {
  constructor(scene) {
    this.scene = scene;
    this.rasters = new Map();
  }

  tile({ key, x, y, k, size, sub, lines, prints }) {
    const margin = 2 / k, box = [x / k - margin, -(y + size) / k - margin, (x + size) / k + margin, -y / k + margin];
    const found = this.scene.units.inside(box);
    const samples = sub * size;
    if (!this.rasters.has(samples)) this.rasters.set(samples, new bigmap.Raster(samples));
    const ids = this.rasters.get(samples).fill(this.scene.units, found, { k: sub * k, dx: -sub * x, dy: -sub * y });
    const { pixels, quads } = sub === 2 ? bigmap.halved(ids, samples) : { pixels: ids, quads: new Uint32Array(0) };
    const drawn = (lines && found.length) || prints ? this._draw(found, box, { k, dx: -x, dy: -y }, size, lines, prints) : null;
    return { kind: "tile", key, pixels, quads, lines: drawn };
  }

  _draw(found, box, place, size, lines, prints) {
    this.canvas ??= new OffscreenCanvas(size, size);
    if (this.canvas.width !== size) this.canvas.width = this.canvas.height = size;
    const ctx = this.canvas.getContext("2d");
    if (prints) this._prints(ctx, box, place, prints);
    if (lines) this._lines(ctx, found, place, lines);
    return this.canvas.transferToImageBitmap();
  }

  // Strokes of one path do not add up, so a border between two units of one path is as thin as any.
  _lines(ctx, found, place, { colour, width }) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    found.forEach((p, i) => {
      this.scene.units.trace(ctx, p, place);
      if (i % 400 !== 399) return;
      ctx.stroke();
      ctx.beginPath();
    });
    ctx.stroke();
  }

  _prints(ctx, box, place, { fill, colour, width }) {
    const { buildings } = this.scene;
    ctx.fillStyle = fill;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    for (const p of buildings.inside(box)) buildings.trace(ctx, p, place);
    ctx.fill("evenodd");
    if (width) ctx.stroke();
  }
};

bigmap.work = function () {
  let painter, seams;
  const orders = {
    scene: ({ buffer, first }) => {
      painter = new bigmap.Painter(bigmap.unpack(buffer));
      seams = null;
      const { index } = painter.scene.units;
      if (first && index) self.postMessage({ kind: "index", data: index.data });
    },
    tile: (order) => {
      const tile = painter.tile(order);
      const moved = [tile.pixels.buffer, tile.quads.buffer];
      if (tile.lines) moved.push(tile.lines);
      self.postMessage(tile, moved);
    },
    borders: ({ zones, number }) => {
      seams ??= new bigmap.Seams(painter.scene.units);
      const lines = seams.between(zones);
      self.postMessage({ kind: "borders", number, ...lines }, Object.values(lines).map((a) => a.buffer));
    },
  };
  self.onmessage = ({ data }) => orders[data.kind](data);
};

bigmap.work();
