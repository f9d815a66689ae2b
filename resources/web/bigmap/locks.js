// What is locked. Its ground is hatched in the tiles: lines for a locked zone, crossed ones for a unit locked by
// itself; names have a padlock before them. And the tool that locks and unlocks by a click.
"use strict";

bigmap.Locks = class {
  constructor(zones = [], units = []) {
    this.zones = new Set(zones);
    this.units = new Set(units);
  }

  get any() {
    return this.zones.size + this.units.size > 0;
  }

  // What tiles hatch, by number of the unit (0 is nothing): 1 for a locked zone, 2 for a unit by itself; null for nothing.
  table({ unit_zone: zoneOf, zone_ids: ids }) {
    if (!this.any) return null;
    const shut = Uint8Array.from(ids, (_, zone) => (this.zones.has(zone) ? 1 : 0)), table = new Uint8Array(zoneOf.length + 1);
    for (let unit = 0; unit < zoneOf.length; unit++) if (zoneOf[unit] >= 0) table[unit + 1] = shut[zoneOf[unit]];
    for (const unit of this.units) table[unit + 1] |= 2;
    return table;
  }
};

// Darkens each pixel of locked units that lies on a line of the hatch; nothing else is looked at.
bigmap.hatchLocked = function (pixels, quads, table, out, width) {
  const step = Math.round(width / 32), thick = Math.max(1, Math.round(step / 8)); // lines meet those of the next tile
  for (let row = 0, y = 0; row < pixels.length; row += width, y++) {
    for (let x = 0; x < step; x++) {
      const falls = (x + step * width - y) % step < thick, climbs = (x + y) % step < thick;
      if (falls || climbs) bigmap.darken(pixels, quads, table, out, row + x, row + width, step, falls ? 3 : 2);
    }
  }
};

bigmap.darken = function (pixels, quads, table, out, from, end, step, kinds) {
  for (let i = from; i < end; i += step) {
    const id = pixels[i];
    const kind = table[id < bigmap.MIXED ? id : quads[4 * (id - bigmap.MIXED)]], c = out[i];
    if (!(kind & kinds)) continue;
    const less = kind & 2 ? (c & 0xfcfcfc) >>> 2 : (c & 0xf8f8f8) >>> 3; // of each part; as clear as before
    out[i] = ((c & 0xff000000) | ((c & 0xffffff) - less)) >>> 0;
  }
};

// A padlock of `size` pixels, its left end at x and its middle at y.
bigmap.padlock = function (ctx, x, y, size, open = false) {
  const middle = x + size * 0.4, body = new Path2D(), shackle = new Path2D(), top = y - size * 0.14;
  body.roundRect(x, top, size * 0.8, size * 0.56, size * 0.1);
  shackle.arc(open ? middle + size * 0.44 : middle, top - size * 0.14, size * 0.22, Math.PI, 0);
  shackle.lineTo(open ? middle + size * 0.66 : middle + size * 0.22, open ? top - size * 0.08 : top);
  shackle.moveTo(open ? middle + size * 0.22 : middle - size * 0.22, top - size * 0.14);
  shackle.lineTo(open ? middle + size * 0.22 : middle - size * 0.22, top);
  ctx.lineCap = ctx.lineJoin = "round";
  ctx.setLineDash([]);
  ctx.strokeStyle = "rgba(255, 255, 255, 0.9)";
  ctx.lineWidth = size * 0.16 + 3;
  ctx.stroke(shackle);
  ctx.lineWidth = 3;
  ctx.stroke(body);
  ctx.strokeStyle = ctx.fillStyle = "#1f2937";
  ctx.lineWidth = size * 0.14;
  ctx.stroke(shackle);
  ctx.fill(body);
};

// A click locks the zone there or unlocks it, with Shift held down the unit alone.
bigmap.tool("lock", class extends bigmap.Gesture {
  move(at) {
    this.mouse = [at.x, at.y];
    this.alone = at.shift;
    this.repaint();
  }

  down(at) {
    const unit = this.view.unitAt(at);
    if (unit >= 0) bigmap.send("lock_toggled", { unit, alone: at.shift });
  }

  paint(ctx, place, size, box) {
    if (!this.mouse) return false;
    const { scene, lines, locks } = this.view, [x, y] = this.mouse, unit = this.view.unitAt({ x, y });
    const zone = this.alone || unit < 0 ? -1 : scene.unit_zone[unit];
    if (zone < 0 && !(this.alone && unit >= 0)) return false;
    ctx.beginPath();
    if (zone >= 0) lines.trace(ctx, place, box, lines.around([zone]));
    else for (const p of scene.units.of([unit])) scene.units.trace(ctx, p, place);
    bigmap.stroke(ctx, [["rgba(255, 255, 255, 0.95)", 5], ["#1f2937", 2.2]]);
    const held = zone >= 0 ? locks.zones.has(zone) : locks.units.has(unit);
    bigmap.padlock(ctx, x * place.k + place.dx + 12, place.dy - y * place.k + 14, 20, held); // what a click would make of it
    return true;
  }
});
