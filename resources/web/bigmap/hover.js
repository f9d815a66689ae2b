// What the mouse is over: its outline, a hint beside it, and its coordinates for the window.
"use strict";

bigmap.Hover = class {
  constructor(view) {
    this.view = view;
    this.hint = L.DomUtil.create("div", "bigmap-hint", view.map.getContainer());
    this.hint.hidden = true;
    this.ring = L.DomUtil.create("canvas", "bigmap-board", view.map.getPane("hover"));
    view.map.on("mousemove", (event) => this._later(event));
    view.map.on("mouseout movestart zoomstart", () => this.leave());
    view.map.on("mouseout", () => bigmap.send("pointer", { x: 0, y: 0, over: false }));
  }

  // At most once a frame, however fast the mouse sends.
  _later(event) {
    this.event = event;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.event) this._move(this.event);
    });
  }

  _move({ latlng, containerPoint }) {
    const { view } = this, { scene } = view;
    if (!scene) return;
    bigmap.send("pointer", { x: scene.origin[0] + latlng.lng, y: scene.origin[1] + latlng.lat, over: true });
    const found = view.under(latlng);
    const over = view.toolbox.tool ? -1 : found.unit; // a tool shows what it takes by itself
    if (over !== view.over) {
      view.over = over;
      this._outline();
    }
    this._tell(view.toolbox.tool ? [] : this.lines(found), containerPoint);
  }

  leave() {
    this.event = null;
    this.hint.hidden = true;
    if (this.view.over < 0) return;
    this.view.over = -1;
    this._outline();
  }

  // A canvas no larger than the unit: a large one would be painted and shown wholly at each move of the mouse.
  _outline() {
    const { scene, over, map } = this.view, box = scene && over >= 0 ? scene.units.boxOf([over]) : null;
    this.ring.hidden = !box;
    if (!box) return;
    const seen = map.getBounds().pad(0.1), layer = (x, y) => map.latLngToLayerPoint([y, x]);
    const low = layer(Math.max(box[0], seen.getWest()), Math.min(box[3], seen.getNorth())).floor().subtract([3, 3]);
    const high = layer(Math.min(box[2], seen.getEast()), Math.max(box[1], seen.getSouth())).ceil().add([3, 3]);
    const size = high.subtract(low), ratio = window.devicePixelRatio || 1, ctx = this.ring.getContext("2d");
    L.DomUtil.setPosition(this.ring, low);
    Object.assign(this.ring, { width: size.x * ratio, height: size.y * ratio });
    Object.assign(this.ring.style, { width: `${size.x}px`, height: `${size.y}px` });
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const zero = map.project([0, 0]).subtract(map.getPixelOrigin()).subtract(low);
    const place = { k: 2 ** map.getZoom(), dx: zero.x, dy: zero.y };
    bigmap.line(ctx, place, scene.units, scene.units.of([over]), [["rgba(31, 41, 55, 0.8)", 1.6]]);
  }

  _tell(lines, at) {
    this.hint.hidden = !lines.length;
    if (!lines.length) return;
    const row = ([className, textContent]) => Object.assign(document.createElement("div"), { className, textContent });
    this.hint.replaceChildren(...lines.map(row));
    const size = this.view.map.getSize();
    const left = Math.min(at.x + 14, size.x - this.hint.offsetWidth - 8);
    const top = at.y + 18 + this.hint.offsetHeight > size.y ? at.y - this.hint.offsetHeight - 10 : at.y + 18;
    L.DomUtil.setPosition(this.hint, L.point(Math.max(left, 4), top));
  }

  // The hint for a place: name of the unit; kind, households, area; zone and operator; gap.
  lines({ unit, zone, gap }) {
    const { scene, words, legend, locks } = this.view;
    const lines = [], shut = (held) => (held ? ` · ${words.locked}` : "");
    const number = (value) => Math.round(value).toLocaleString("en-US");
    if (unit >= 0) {
      const kind = words[`kind_${scene.kinds[scene.unit_kind[unit]]}`];
      const told = scene.unit_hh[unit], untold = 2 ** 32 - 1;
      const amount = told === untold ? words.households_unknown : `${number(told)} ${words.households_short}`;
      const households = told ? ` · ${amount}` : "";
      lines.push(["name", scene.unit_names.at(unit) || kind]);
      lines.push(["line", `${kind}${households} · ${number(scene.unit_m2[unit])} m²${shut(locks.units.has(unit))}`]);
    }
    if (zone >= 0) lines.push(["line", legend.zone(scene, scene.zone_ids[zone], zone) + shut(locks.zones.has(zone))]);
    if (gap >= 0) {
      const kind = words[`gap_${scene.gap_kinds[gap]}`] ?? "";
      lines.push(["gap", `${scene.gap_ids[gap]} · ${kind} · ${number(scene.gap_m2[gap])} m²`]);
    } else if (unit >= 0 && zone < 0 && !scene.overlay) lines.push(["gap", words.unassigned]);
    return lines;
  }
};
