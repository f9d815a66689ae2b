// The ground as tiles of unit numbers. Workers draw which unit lies under each pixel; the page colours the numbers by
// a table, so that another colouring repaints pixels and draws nothing anew. Private members of Leaflet 1.9.4's
// L.GridLayer are used: keep it pinned.
"use strict";

// Hands tiles to the workers, few at a time, so that what left the screen meanwhile never starts.
bigmap.Crew = class {
  constructor(hear) {
    const source = document.getElementById("bigmap-worker").textContent;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const count = Math.min(4, Math.max(2, navigator.hardwareConcurrency || 2));
    this.workers = Array.from({ length: count }, () => new Worker(address));
    this.workers.forEach((worker) => {
      worker.busy = 0;
      worker.onmessage = ({ data }) => this._hear(worker, data);
      worker.onerror = (event) => bigmap.send("failed", { text: `worker: ${event.message}` });
    });
    this.hear = hear;
    this.queue = [];
  }

  load(buffer) {
    this.queue = [];
    this.workers.forEach((worker, i) => {
      worker.busy = 0;
      worker.postMessage({ kind: "scene", buffer, first: i === 0 });
    });
  }

  // `wanted` is asked when the turn of the order comes, never before the caller is done.
  order(order, wanted) {
    this.queue.push({ order, wanted });
    queueMicrotask(() => this._feed());
  }

  // Work that is no tile goes to the last worker.
  tell(message) {
    this.workers.at(-1).postMessage(message);
  }

  _feed() {
    for (let held = 0; held < 2; held++) {
      for (const worker of this.workers) {
        while (worker.busy <= held && this.queue.length) {
          const { order, wanted } = this.queue.shift();
          if (!wanted()) continue;
          worker.busy++;
          worker.postMessage(order);
        }
      }
    }
  }

  _hear(worker, message) {
    if (message.kind === "tile") {
      worker.busy = Math.max(0, worker.busy - 1);
      this._feed();
    }
    this.hear(message);
  }
};

bigmap.Tiles = L.GridLayer.extend({
  options: { tileSize: 256, minZoom: -30, maxZoom: 30, updateInterval: 60, pane: "tiles" },

  initialize: function (view) {
    L.GridLayer.prototype.initialize.call(this, {});
    this.view = view;
    this.crew = new bigmap.Crew((message) => this._hear(message));
    this.lut = [new Uint32Array(1), new Uint32Array(1)];
    this.round = 0;
  },

  // --- what the page asks of it ---

  show: function (scene, buffer) {
    this.scene = scene;
    this.round++;
    if (scene) this.crew.load(buffer);
    this.redraw();
    this._check();
  },

  // Takes the two tables (far, close) of colours, 0xAABBGGRR a unit with nothing at 0, and what is to be hatched
  // (locks.js), and repaints.
  recolour: function (lut, box, locked) {
    Object.assign(this, { lut, locked });
    const seen = this._map && this._map.getPixelBounds();
    for (const tile of Object.values(this._tiles ?? {})) {
      if (!tile.el.pixels || (box && !this._meets(tile.coords, box))) continue;
      if (tile.coords.z === this._tileZoom && this._onScreen(tile.coords, seen)) this._paint(tile.el);
      else tile.el.stale = true;
    }
    this._later();
  },

  // Number of the unit at a place by the pixel there, 0 for none; undefined where pixels do not tell.
  idAt: function (latlng) {
    const point = this._map.project(latlng, this._tileZoom), size = this.options.tileSize;
    const x = Math.floor(point.x / size), y = Math.floor(point.y / size);
    const el = this._tiles[`${x}:${y}:${this._tileZoom}`]?.el;
    if (!el?.pixels) return undefined;
    const scale = el.width / size, at = (v) => Math.floor(v * scale);
    const id = el.pixels[at(point.y - y * size) * el.width + at(point.x - x * size)];
    return id < bigmap.MIXED ? id : undefined;
  },

  // --- making tiles ---

  createTile: function (coords, done) {
    const el = L.DomUtil.create("canvas"), ratio = window.devicePixelRatio || 1, size = this.options.tileSize;
    el.width = el.height = Math.round(size * ratio);
    if (!this.scene) {
      requestAnimationFrame(() => done(null, el));
      return el;
    }
    const key = `${this.round}/${this._tileCoordsToKey(coords)}`, scale = el.width / size, k = 2 ** coords.z * scale;
    const order = { kind: "tile", key, x: coords.x * el.width, y: coords.y * el.width, k, size: el.width };
    order.sub = scale < 1.5 ? 2 : 1;
    Object.assign(order, this.view.ground.lines(2 ** coords.z, scale));
    Object.assign(el, { key, done, close: this.view.ground.close(2 ** coords.z) });
    this.crew.order(order, () => el.key && this._wanted(coords, el));
    return el;
  },

  // A tile that left the screen before its turn is forgotten, to be made when it comes back.
  _wanted: function (coords, el) {
    const name = this._tileCoordsToKey(coords), tile = this._tiles[name];
    if (tile?.el !== el) return false;
    if (tile.current && coords.z === this._tileZoom) return true;
    this._removeTile(name);
    return false;
  },

  _hear: function (message) {
    if (message.kind !== "tile") {
      this.view.hear(message);
      return;
    }
    const [round, name] = message.key.split("/"), tile = this._tiles[name];
    if (Number(round) !== this.round || tile?.el.key !== message.key) {
      message.lines?.close();
      return;
    }
    Object.assign(tile.el, { pixels: message.pixels, quads: message.quads, drawn: message.lines });
    this._paint(tile.el);
    tile.el.done(null, tile.el);
    this._check();
  },

  // Fires "complete" in the frame in which no tile in sight is missing (Leaflet's "load" misses tiles that left).
  _check: function () {
    this._frame ??= requestAnimationFrame(() => {
      this._frame = null;
      if (this._map && this.complete()) this.fire("complete");
    });
  },

  complete: function () {
    return !Object.values(this._tiles).some((tile) => tile.current && !tile.loaded);
  },

  // Whether a tile in sight is not there, or not in the colours that hold, or one of another scale is still there.
  missing: function () {
    const zoom = this._tileZoom, { min, max } = this._pxBoundsToTileRange(this._getTiledPixelBounds(this._map.getCenter()));
    for (let x = min.x; x <= max.x; x++) {
      for (let y = min.y; y <= max.y; y++) {
        const tile = this._tiles[`${x}:${y}:${zoom}`];
        if (!tile?.loaded || tile.el.stale || (this.scene && !tile.el.pixels)) return true;
      }
    }
    return zoom !== this._map.getZoom() || Object.values(this._tiles).some(({ coords }) => coords.z !== zoom);
  },

  _paint: function (el) {
    el.stale = false;
    el.ctx ??= el.getContext("2d", { willReadFrequently: true });
    el.image ??= el.ctx.createImageData(el.width, el.height);
    const out = new Uint32Array(el.image.data.buffer);
    bigmap.colourPixels(el.pixels, el.quads, this.lut[el.close ? 1 : 0], out);
    if (this.locked) bigmap.hatchLocked(el.pixels, el.quads, this.locked, out, el.width);
    el.ctx.putImageData(el.image, 0, 0);
    if (el.drawn) el.ctx.drawImage(el.drawn, 0, 0);
  },

  // Tiles beyond the edge are repainted when there is time, or when they come into sight.
  _later: function () {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      const stale = Object.values(this._tiles ?? {}).filter((tile) => tile.el.stale);
      for (const tile of stale.slice(0, 4)) this._paint(tile.el);
      if (stale.length > 4) this._later();
    }, 16);
  },

  freshen: function () {
    const seen = this._map.getPixelBounds();
    for (const tile of Object.values(this._tiles)) {
      if (tile.el.stale && this._onScreen(tile.coords, seen)) this._paint(tile.el);
    }
  },

  _onScreen: function ({ x, y }, seen) {
    const size = this.options.tileSize;
    return x * size < seen.max.x && (x + 1) * size > seen.min.x && y * size < seen.max.y && (y + 1) * size > seen.min.y;
  },

  _meets: function ({ x, y, z }, [west, south, east, north]) {
    const side = this.options.tileSize / 2 ** z, room = side / 64;
    return x * side <= east + room && (x + 1) * side >= west - room && y * side <= room - south && (y + 1) * side >= -north - room;
  },

  // --- Leaflet's own ways, mended ---

  // Tiles are made for the very scale on the screen, also between whole zooms, so that nothing is stretched.
  _setView: function (centre, zoom, noPrune, noUpdate) {
    if (!noUpdate || this._tileZoom === undefined) {
      this._tileZoom = zoom;
      this._updateLevels();
      this._resetGrid();
      this._update(centre);
      if (!noPrune) this._pruneTiles();
      this._noPrune = !!noPrune;
    }
    this._setZoomTransforms(centre, zoom);
  },

  _updateLevels: function () {
    const level = L.GridLayer.prototype._updateLevels.call(this);
    for (const { el, zoom } of Object.values(this._levels)) {
      el.style.zIndex = Math.round(4 * (50 - Math.abs(zoom - this._tileZoom))); // whole numbers only
    }
    return level;
  },

  // The scale before stays under the new one until that is complete.
  _pruneTiles: function () {
    if (!this._map) return;
    const all = Object.entries(this._tiles);
    const complete = this.complete();
    const others = [...new Set(all.filter(([, t]) => t.loaded && t.coords.z !== this._tileZoom).map(([, t]) => t.coords.z))];
    const kept = others.sort((a, b) => Math.abs(a - this._tileZoom) - Math.abs(b - this._tileZoom))[0];
    for (const [name, tile] of all) {
      if (!tile.current && (complete || !tile.loaded || tile.coords.z !== kept)) this._removeTile(name);
    }
  },

  _removeTile: function (name) {
    const el = this._tiles[name]?.el;
    el?.drawn?.close();
    L.GridLayer.prototype._removeTile.call(this, name);
    this._check();
    if (el) el.key = el.drawn = el.pixels = el.image = null;
  },
});

// Colours numbers by a table; a pixel of four numbers gets the mean of their colours.
bigmap.colourPixels = function (pixels, quads, lut, out) {
  for (let i = 0; i < pixels.length; i++) {
    const id = pixels[i];
    out[i] = id < 0x80000000 ? lut[id] : bigmap.mean(lut, quads, 4 * (id - 0x80000000));
  }
};

bigmap.mean = function (lut, quads, at) {
  const a = lut[quads[at]], b = lut[quads[at + 1]], c = lut[quads[at + 2]], d = lut[quads[at + 3]];
  if (a === b && a === c && a === d) return a;
  const seen = (a ? 1 : 0) + (b ? 1 : 0) + (c ? 1 : 0) + (d ? 1 : 0);
  const redBlue = (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff);
  const green = (a & 0xff00) + (b & 0xff00) + (c & 0xff00) + (d & 0xff00);
  const red = ((redBlue & 0xffff) / seen) | 0, blue = ((redBlue >>> 16) / seen) | 0;
  return ((((255 * seen) / 4) << 24) | (blue << 16) | (((green / seen) | 0) & 0xff00) | red) >>> 0;
};
