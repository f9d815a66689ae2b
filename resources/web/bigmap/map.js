// The map page. The window orders, the page reports; the page never holds the truth.
//
//   window -> page   show {scene}  colour {by}  select {layer, rows, fly}  words {words}  fit {}  go {x, y}
//   page -> window   ready {}  drawn {scene}  picked {unit, zone, gap}  failed {text}
//
// Every message has v: 1 (bigmap/mapview/messages.py). A scene is fetched from `scene/<number>`; its layout is told
// in bigmap/mapview/payload.py. Map coordinates are metres from the scene's origin, so the scale bar is true.
"use strict";

bigmap.View = class {
  constructor(map) {
    Object.assign(this, { map, scene: null, by: "zone", words: {}, waiting: false });
    Object.assign(this, { over: -1, chosen: { layer: "unit", rows: [] } });
    this.ground = new bigmap.Ground(this);
    this.boards = ["ground", "marks", "chosen"].map((name, i) => this._board(name, 410 + i));
    this.legend = new bigmap.Legend().addTo(map);
    L.control.scale({ imperial: false, maxWidth: 160, position: "bottomright" }).addTo(map);
    this.north = new bigmap.North().addTo(map);
    this.zoom = L.control.zoom({ position: "topright" }).addTo(map);
    this.hint = L.DomUtil.create("div", "bigmap-hint", map.getContainer());
    this.hint.hidden = true;
    map.on("click", (event) => this._click(event.latlng));
    map.on("mousemove", (event) => this._hover(event));
    map.on("resize", () => (this.waiting || this._isHome()) && this.fit(false));
    map.on("mouseout movestart zoomstart", () => this._leave());
  }

  _board(name, height) {
    this.map.createPane(name).style.zIndex = height;
    const painter = { ground: this.ground, marks: new bigmap.Marks(this), chosen: new bigmap.Chosen(this) }[name];
    return new bigmap.Board(painter, { pane: name }).addTo(this.map);
  }

  // --- orders ---

  obey(message) {
    const orders = {
      show: () => this._fetch(message.scene),
      colour: () => this.colour(message.by),
      select: () => this.select(message.layer, message.rows, message.fly),
      words: () => this.speak(message.words),
      fit: () => this.fit(true),
      go: () => this.go(message.x, message.y),
    };
    if (message.v !== bigmap.VERSION || !orders[message.kind]) throw new Error(`unknown message ${message.kind}`);
    orders[message.kind]();
  }

  async _fetch(number) {
    this.wanted = number;
    const scene = number ? bigmap.unpack(await (await fetch(`scene/${number}`)).arrayBuffer()) : null;
    if (this.wanted !== number) return; // a later scene was asked for meanwhile
    this.show(scene);
    requestAnimationFrame(() => requestAnimationFrame(() => bigmap.send("drawn", { scene: number })));
  }

  // A scene of the same ground keeps the view: zones were built anew, or a check was opened.
  show(scene) {
    const same = this.scene && scene && String(this.scene.origin) === String(scene.origin);
    Object.assign(this, { scene, over: -1, chosen: { layer: "unit", rows: [] } });
    this.hint.hidden = true;
    this._flash(null);
    if (scene) this.ground.recolour();
    this.legend.show(this);
    this._repaint(0);
    if (scene && !same) this.fit(false);
  }

  colour(by) {
    this.by = by;
    if (this.scene) this.ground.recolour();
    this._repaint(0);
    this.legend.show(this);
  }

  select(layer, rows, fly) {
    this.chosen = { layer, rows };
    this._flash(null);
    this._repaint(2);
    const box = this.scene && rows.length ? this.scene[`${layer}s`].boxOf(rows) : null;
    const maxZoom = layer === "zone" ? 2 : 1;
    if (fly && box && !this.waiting) this.map.fitBounds(this._bounds(box), { ...this._beside(), maxZoom });
  }

  // A place in the project's own coordinates.
  go(x, y) {
    if (!this.scene || this.waiting) return;
    const [x0, y0] = this.scene.origin;
    const place = [y - y0, x - x0];
    this.map.setView(place, Math.max(this.map.getZoom(), 0.5));
    this._flash(place);
  }

  // A ring that beats three times and stays until the next place or scene.
  _flash(place) {
    this.flash?.remove();
    const icon = L.divIcon({ className: "bigmap-flash", iconSize: [44, 44] });
    this.flash = place && L.marker(place, { icon, interactive: false, keyboard: false }).addTo(this.map);
  }

  speak(words) {
    this.words = words;
    document.documentElement.lang = words.lang;
    this.north.getContainer().textContent = words.north;
    this.zoom._zoomInButton.title = words.zoom_in;
    this.zoom._zoomOutButton.title = words.zoom_out;
    this.legend.show(this);
  }

  fit(animate) {
    const size = this.map.getSize();
    this.waiting = size.x < 200 || size.y < 150; // not laid out yet: nothing can be fitted into it
    if (!this.scene || this.waiting) return;
    const [width, height] = this.scene.half;
    const bounds = this._bounds([-width, -height, width, height]);
    this.map.setMinZoom(-9);
    this.map.setMinZoom(this.map.getBoundsZoom(bounds) - 1.5);
    this.map.fitBounds(bounds, { animate, ...this._room(bounds) });
    if (animate) this.map.once("moveend", () => this._settle());
    else this._settle();
  }

  // Remembers the view of the whole area: as long as nobody leaves it, it follows the size of the window.
  _settle() {
    this.home = { zoom: this.map.getZoom(), centre: this.map.getCenter() };
  }

  _isHome() {
    const { zoom, centre } = this.home ?? {};
    return zoom === this.map.getZoom() && this.map.distance(centre, this.map.getCenter()) * 2 ** zoom < 2;
  }

  // The ground goes beside or above the legend where that makes it hardly smaller, else partly under it.
  _room(bounds) {
    const [, high] = this.legend.size();
    const above = { paddingTopLeft: [24, 24], paddingBottomRight: [24, high + 24] };
    const zoom = ({ paddingTopLeft: p, paddingBottomRight: q }) =>
      this.map.getBoundsZoom(bounds, false, L.point(p[0] + q[0], p[1] + q[1]));
    const free = { paddingTopLeft: [24, 24], paddingBottomRight: [24, 24] };
    const best = [above, this._beside()].reduce((a, b) => (zoom(b) > zoom(a) ? b : a));
    return zoom(best) >= zoom(free) - 0.25 ? best : free;
  }

  _beside() {
    return { paddingTopLeft: [this.legend.size()[0] + 16, 24], paddingBottomRight: [52, 40] };
  }

  _bounds([west, south, east, north]) {
    return L.latLngBounds([south, west], [north, east]);
  }

  _repaint(first) {
    for (const board of this.boards.slice(first)) board.repaint();
  }

  // --- the mouse ---

  // What lies under a point; a gap is also met some pixels beside it, since it may be a hair line.
  under({ lng: x, lat: y }) {
    const { units, zones, gaps } = this.scene;
    const unit = units.at(x, y);
    const hit = gaps.at(x, y);
    const gap = hit >= 0 ? hit : gaps.nearest(x, y, 5 / 2 ** this.map.getZoom());
    return { unit, zone: this.scene.overlay ? zones.at(x, y) : (this.scene.unit_zone[unit] ?? -1), gap };
  }

  _click(latlng) {
    if (this.scene) bigmap.send("picked", this.under(latlng));
  }

  _hover({ latlng, containerPoint }) {
    if (!this.scene) return;
    const found = this.under(latlng);
    if (found.unit !== this.over) {
      this.over = found.unit;
      this._repaint(2);
    }
    this._tell(found, containerPoint);
  }

  _leave() {
    this.hint.hidden = true;
    if (this.over < 0) return;
    this.over = -1;
    this._repaint(2);
  }

  _tell(found, at) {
    const lines = this.lines(found);
    this.hint.hidden = !lines.length;
    const row = ([className, textContent]) => Object.assign(document.createElement("div"), { className, textContent });
    this.hint.replaceChildren(...lines.map(row));
    const size = this.map.getSize();
    const left = Math.min(at.x + 14, size.x - this.hint.offsetWidth - 8);
    const top = at.y + 18 + this.hint.offsetHeight > size.y ? at.y - this.hint.offsetHeight - 10 : at.y + 18;
    L.DomUtil.setPosition(this.hint, L.point(Math.max(left, 4), top));
  }

  // The hint for a place: name of the unit; kind, households, area; zone and operator; gap.
  lines({ unit, zone, gap }) {
    const { scene, words } = this;
    const lines = [];
    const number = (value) => Math.round(value).toLocaleString("en-US");
    if (unit >= 0) {
      const kind = words[`kind_${scene.kinds[scene.unit_kind[unit]]}`];
      const households = scene.unit_hh[unit] ? ` · ${number(scene.unit_hh[unit])} ${words.households_short}` : "";
      lines.push(["name", scene.unit_names[unit] || kind]);
      lines.push(["line", `${kind}${households} · ${number(scene.unit_m2[unit])} m²`]);
    }
    if (zone >= 0) lines.push(["line", this.legend._zone(scene, scene.zone_ids[zone], zone)]);
    if (gap >= 0) {
      const kind = words[`gap_${scene.gap_kinds[gap]}`] ?? "";
      lines.push(["gap", `${scene.gap_ids[gap]} · ${kind} · ${number(scene.gap_m2[gap])} m²`]);
    } else if (unit >= 0 && zone < 0 && !scene.overlay) lines.push(["gap", words.unassigned]);
    return lines;
  }
};

bigmap.open = function (map) {
  bigmap.view = new bigmap.View(map);
  bigmap.connect((message) => bigmap.view.obey(message));
};

bigmap.openShared = function (map, words, scene) {
  bigmap.view = new bigmap.View(map);
  bigmap.view.speak(words);
  bigmap.view.show(bigmap.unpack(bigmap.fromBase64(scene)));
};
