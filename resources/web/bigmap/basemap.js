// A picture under the plan: tiles of a user's file or of a map service, bent into the project's coordinates.
//
// The window sends how places of the picture, (u, v) from 0 to 1 with v downwards, and metres from the scene's origin
// turn into each other: a polynomial each way (bigmap/mapview/basemap.py says how well it fits). Within one tile that is as
// good as straight, so a tile is drawn through three of its corners.
"use strict";

bigmap.Basemap = class {
  constructor(view) {
    Object.assign(this, { view, base: null, images: new Map(), coming: new Set() });
  }

  // options: {address, low, high, attribution, bend}; none takes the picture away.
  set(options) {
    const { view } = this, on = Boolean(options.address);
    this.images.clear();
    this.coming.clear();
    this.base = on ? { ...options, low: Number(options.low), high: Number(options.high), bend: JSON.parse(options.bend) } : null;
    view.map.getPane("tiles").style.opacity = on ? 0.62 : 1;
    this.note?.remove();
    this.note = on && options.attribution ? L.control.attribution({ prefix: false, position: "bottomright" }).addTo(view.map) : null;
    this.note?.addAttribution(options.attribution);
    view.boards.base.repaint();
    view.boards.ground.repaint();
  }

  paint(ctx, place, size, box) {
    if (!this.base || !this.view.scene) return false;
    const { bend, low, high } = this.base, ratio = window.devicePixelRatio || 1;
    const corners = [[box[0], box[1]], [box[2], box[1]], [box[0], box[3]], [box[2], box[3]]].map(([x, y]) => bigmap.bent(bend.from, x, y));
    const reach = (i) => [Math.min(...corners.map((c) => c[i])), Math.max(...corners.map((c) => c[i]))];
    const [[west, east], [north, south]] = [reach(0), reach(1)];
    const z = Math.max(low, Math.min(high, Math.round(Math.log2((size.x * ratio) / (256 * (east - west))))));
    const n = 2 ** z, cell = (v) => Math.min(n - 1, Math.max(0, Math.floor(v * n)));
    if ((cell(east) - cell(west) + 1) * (cell(south) - cell(north) + 1) > 600) return true; // far out of its scales
    for (let x = cell(west); x <= cell(east); x++) {
      for (let y = cell(north); y <= cell(south); y++) this._tile(ctx, place, z, x, y);
    }
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    return true;
  }

  _tile(ctx, { k, dx, dy }, z, x, y) {
    const image = this._image(z, x, y), n = 2 ** z, ratio = window.devicePixelRatio || 1;
    if (!image.complete || !image.naturalWidth) return;
    const [a, b, c] = [[x, y], [x + 1, y], [x, y + 1]].map(([i, j]) => {
      const [east, north] = bigmap.bent(this.base.bend.to, i / n, j / n);
      return [(east * k + dx) * ratio, (dy - north * k) * ratio];
    });
    const w = image.naturalWidth, h = image.naturalHeight;
    ctx.setTransform((b[0] - a[0]) / w, (b[1] - a[1]) / w, (c[0] - a[0]) / h, (c[1] - a[1]) / h, a[0], a[1]);
    ctx.drawImage(image, 0, 0, w + (0.6 * w) / 256, h + (0.6 * h) / 256); // a little over, so that no seam shows
  }

  _image(z, x, y) {
    const address = this.base.address.replace("{z}", z).replace("{x}", x).replace("{y}", y).replace("{s}", (x + y) % 8);
    let image = this.images.get(address);
    if (image) return image;
    image = new Image();
    const come = () => (this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.view.boards.base.repaint();
      for (const each of this.coming) if (each.complete) this.coming.delete(each);
    }));
    image.onload = image.onerror = come;
    image.src = address;
    this.images.set(address, image);
    this.coming.add(image);
    if (this.images.size > 500) this.images.delete(this.images.keys().next().value);
    return image;
  }
};

// A polynomial of two variables, each first shifted and scaled: {shift: [a, b], scale, degree, x: […], y: […]}; the
// terms are 1, a, b, aa, ab, bb, aaa, …
bigmap.bent = function ({ shift, scale, degree, x, y }, u, v) {
  const a = (u - shift[0]) / scale, b = (v - shift[1]) / scale;
  let east = 0, north = 0, at = 0;
  for (let whole = 0; whole <= degree; whole++) {
    for (let j = 0; j <= whole; j++, at++) {
      const term = a ** (whole - j) * b ** j;
      east += x[at] * term;
      north += y[at] * term;
    }
  }
  return [east, north];
};
