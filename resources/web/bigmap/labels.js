// Names on the map: zones with their operators first, then estates, roads and buildings at close zoom; the large
// ones first, none over another.
"use strict";

bigmap.Labels = class {
  constructor(view) {
    this.view = view;
  }

  paint(ctx, place, size, box) {
    this.taken = [];
    this.family ??= getComputedStyle(document.body).fontFamily;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    this._zones(ctx, place, size);
    if (this.view.ground.typical * place.k > 28 || place.k > 1.2) this._units(ctx, place, box);
  }

  _zones(ctx, place, size) {
    const { scene, zoneBoxes, locks } = this.view, wide = (row) => (zoneBoxes[row][2] - zoneBoxes[row][0]) * place.k;
    const rows = [...zoneBoxes.keys()].filter((row) => zoneBoxes[row] && wide(row) > 14);
    for (const row of rows.sort((a, b) => wide(b) - wide(a))) {
      const [x, y] = this._at(scene.zone_labels[row], place);
      if (x < -100 || y < -100 || x > size.x + 100 || y > size.y + 100) continue;
      const font = wide(row) > 60 ? 15 : 12, sign = locks.zones.has(row) ? font : 0;
      if (!this._write(ctx, scene.zone_ids[row], x, y, `bold ${font}px`, "#1f2937", wide(row), sign)) continue;
      const name = scene.zone_names[row] || scene.operator_names[scene.zone_operators[row]];
      if (name && wide(row) > 170) this._write(ctx, name, x, y + 17, "12px", "#374151", wide(row) * 0.8);
    }
  }

  _units(ctx, place, box) {
    const { scene, locks } = this.view, { units } = scene, b = units.boxes, wide = (p) => (b[4 * p + 2] - b[4 * p]) * place.k;
    const found = [...units.inside(box)].filter((p) => wide(p) > 40 && (b[4 * p + 3] - b[4 * p + 1]) * place.k > 12);
    if (found.length > 3000) return;
    this.points ??= new Map();
    for (const p of found.sort((a, c) => wide(c) - wide(a))) {
      const name = scene.unit_names.at(units.owner[p]), sign = locks.units.has(units.owner[p]) ? 12 : 0;
      if (!name && !sign) continue;
      if (!this.points.has(p)) this.points.set(p, units.pointIn(units.owner[p]));
      const [x, y] = this._at(this.points.get(p), place);
      const colour = bigmap.TONES[scene.kinds[scene.unit_kind[units.owner[p]]]] === 2 ? "#6b7280" : "#374151";
      this._write(ctx, name, x, y, "12px", colour, wide(p) * 1.05, sign);
    }
  }

  _at([x, y], { k, dx, dy }) {
    return [x * k + dx, dy - y * k];
  }

  // Writes a text if it is not wider than its ground and covers no other; tells whether it did. `sign` is the size of
  // the padlock before it, which stands alone where there is no room for both.
  _write(ctx, text, x, y, font, colour, room, sign = 0) {
    ctx.font = `${font} ${this.family}`;
    const lead = sign && text ? sign : sign * 0.8, half = (ctx.measureText(text).width + lead) / 2;
    if (2 * half > room) return sign > 0 && text !== "" && this._write(ctx, "", x, y, font, colour, room, sign);
    if (this.taken.some(([x2, y2, half2]) => Math.abs(x - x2) < half + half2 + 4 && Math.abs(y - y2) < 16)) return false;
    this.taken.push([x, y, half]);
    if (sign) bigmap.padlock(ctx, x - half, y, sign);
    x += lead / 2;
    ctx.lineWidth = 3.6;
    ctx.strokeStyle = "rgba(255, 255, 255, 0.9)";
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
    return true;
  }
};
