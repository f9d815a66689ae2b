// The map page. The window orders, the page reports; the page never holds the truth.
//
//   window -> page   show {scene}  colour {by, method}  set_theme {theme}  select {layer, rows, fly}  set_texts {words}  fit_view {}  go {x, y}
//                    look {x, y, zoom}  assign {units, zones}  reassign {packet}  zones {ids, names, operators, colours}
//                    mark {packet}  gaps {packet}  locks {packet}  tool {name, options}  give_up {}  preview_result {units, packet, broken, resisted}
//                    measured {lines}  base {options}  await {number, scene, width, height}
//   page -> window   page_ready {}  drawn {scene}  picked {unit, zone, gap}  failed {text}  pointer {x, y, over}
//                    moved {x, y, zoom}  measuring {points, closed}  dropped {}  context_menu_requested {unit, zone, gap}
//                    began {}  brushed {units}  ended {}  gesture_cancelled {}  filled {unit}  zone_sampled {unit}  resized {factor}
//                    lock_toggled {unit, alone}
//                    units_selected {points, shape, how}  outlined {points, done}  divided {points, done}
//                    border_dragged {a, b, points, done}  idle {number}
//
// Every message has v: 1 (bigmap/mapview/messages.py). A scene is fetched from `scene/<number>`; its layout is told
// in bigmap/mapview/payload.py; what `await` and `idle` mean, in idle.js. Map coordinates are metres from the scene's
// origin, so the scale bar is true.
//
// From below: `base` (a picture, basemap.js), `ground` (a board, ground.js), tiles of units (tiles.js, coloured by the table that ground.js keeps),
// `marks` (borders, gaps, names), `chosen` (selection, mouse), `gesture` (the tool in hand). Boards are canvases that
// are painted when the map rests; tiles are made by workers (worker.js) while it moves.
//
// How a tool is added is told in tools.js: a class with down, move, up, paint, entered by bigmap.tool(name, cls).
// What a tool may ask and order here:
//
//   view.unitAt({x, y})               row of the unit there, -1 for none
//   view.unitsWithin(shape, how)      rows of the units that meet a box, ring, disc or path, or lie in it (within.js)
//   view.under({lng, lat})            {unit, zone, gap} there
//   view.tint(units, colour, share)   shows units in another colour until the next tint; [] for none
//   view.scene.unit_zone, .unit_load, .unit_hh, .unit_m2, .zone_ids …   what the window told last; only to be read
//   view.boards.gesture.repaint()     calls the tool's paint
"use strict";

bigmap.View = class {
  constructor(map) {
    Object.assign(this, { map, scene: null, shown: 0, underway: 0, by: "zone", method: "quantile", words: {}, over: -1, marked: [] });
    this.chosen = { layer: "unit", rows: [] };
    this.locks = new bigmap.Locks();
    this.ground = new bigmap.Ground(this);
    this.toolbox = new bigmap.Toolbox(this);
    map.createPane("tiles").style.zIndex = 411;
    map.createPane("hover").style.zIndex = 415;
    this.boards = {
      base: this._board("base", 405, new bigmap.Basemap(this)),
      ground: this._board("ground", 410, this.ground),
      marks: this._board("marks", 412, new bigmap.Marks(this)),
      chosen: this._board("chosen", 413, new bigmap.Chosen(this)),
      gesture: this._board("gesture", 414, this.toolbox),
    };
    this.tiles = new bigmap.Tiles(this).addTo(map);
    this.legend = new bigmap.Legend().addTo(map);
    this.scale = new bigmap.Scale({ imperial: false, maxWidth: 160, position: "bottomright" }).addTo(map);
    this.north = new bigmap.North().addTo(map);
    this.zoom = L.control.zoom({ position: "topright" }).addTo(map);
    this.place = new bigmap.Place(this);
    this.hover = new bigmap.Hover(this);
    this.idle = new bigmap.Idle(this);
    map.on("click", (event) => this.scene && !this.toolbox.tool && bigmap.send("picked", this.under(event.latlng)));
    map.on("move", () => this.tiles.freshen());
    this.tiles.on("complete", () => this._drawn());
  }

  _board(name, height, painter) {
    this.map.createPane(name).style.zIndex = height;
    return new bigmap.Board(painter, { pane: name }).addTo(this.map);
  }

  // --- orders ---

  obey(message) {
    const orders = {
      show: () => this._fetch(message.scene),
      colour: () => this.colour(message.by, message.method),
      set_theme: () => document.documentElement.classList.toggle("dark", message.theme === "dark"),
      select: () => this._then(() => this.select(message.layer, message.rows, message.fly)),
      set_texts: () => this.speak(message.words),
      fit_view: () => this._then(() => this.place.fit(true)),
      go: () => this._then(() => this.place.go(message.x, message.y)),
      look: () => this._then(() => this.place.look(message.x, message.y, message.zoom)),
      assign: () => this._then(() => this.assign(message.units, message.zones)),
      reassign: () => this._then(() => this._reassign(message.packet)),
      zones: () => this._then(() => this.rename(message)),
      mark: () => this._then(async () => this.mark([...(await this._rows(message.packet))])),
      gaps: () => this._then(() => this._regap(message.packet)),
      locks: () => this._then(() => this._lock(message.packet)),
      tool: () => this.toolbox.use(message.name, message.options),
      give_up: () => this.toolbox.giveUp(),
      preview_result: () => this._showPreview(message),
      base: () => this._then(() => this.boards.base._painter.set(message.options)),
      measured: () => this.toolbox.tool?.told(message.lines),
      await: () => this.idle.answer(message),
    };
    if (message.v !== bigmap.VERSION || !orders[message.kind]) throw new Error(`unknown message ${message.kind}`);
    orders[message.kind]();
  }

  // After the scene under way has come, and one after the other; what fails is told and does not stop the others.
  _then(act) {
    const failed = (error) => bigmap.send("failed", { text: String(error.stack) });
    this.busy = this._counted((this.busy ?? Promise.resolve()).then(act).catch(failed));
  }

  _counted(work) {
    this.underway++;
    return work.finally(() => this.underway--);
  }

  _fetch(number) {
    this.wanted = number;
    this._then(async () => {
      if (this.wanted !== number) return; // a later scene was asked for meanwhile
      const gone = (error) => { if (this.wanted === number) throw error; }; // one that a later scene has replaced
      const buffer = number ? await bigmap.fetched(`scene/${number}`).catch(gone) : null;
      if (this.wanted === number) this.show(buffer, number);
    });
  }

  // A scene of the same ground keeps the view: zones were built anew, or a check was opened.
  show(buffer, number) {
    const scene = buffer && bigmap.unpack(buffer);
    const same = this.scene && scene && String(this.scene.origin) === String(scene.origin);
    Object.assign(this, { scene, number, shown: number, over: -1, chosen: { layer: "unit", rows: [] } });
    this.hover.hint.hidden = true;
    this.place.flash(null);
    this.ground.tints = [];
    this.marked = [];
    this.locks = new bigmap.Locks();
    this.chosenTint = this.markTint = this.gestureTint = null;
    this.boards.marks._painter.labels.points = null;
    if (scene) {
      this.ground.recolour();
      this._outline(bigmap.Lines.ofShapes(scene.zones));
    }
    this.legend.show(this);
    if (scene && !same) this.place.fit(false);
    this.tiles.show(scene, buffer);
    for (const board of Object.values(this.boards)) board.repaint();
    if (scene && !scene.overlay) this._seek();
    this.first = undefined;
    this.tiles.once("complete", () => requestAnimationFrame(() => setTimeout(() => (this.first = performance.now()))));
  }

  // The window is told after the picture stands on the screen.
  _drawn() {
    const { number } = this;
    if (number === undefined) return;
    this.number = undefined;
    requestAnimationFrame(() => requestAnimationFrame(() => bigmap.send("drawn", { scene: number })));
  }

  colour(by, method) {
    Object.assign(this, { by, method });
    if (this.scene) this.ground.recolour();
    if (this.scene?.overlay) this.boards.marks.repaint();
    this.legend.show(this);
    this.place.makeRoom();
  }

  select(layer, rows, fly) {
    this.chosen = { layer, rows };
    this.place.flash(null);
    const many = layer === "unit" && rows.length > 1 ? [{ units: rows, colour: "#1d5fd6", share: 0.4 }] : [];
    if (this.scene && (many.length || this.chosenTint)) {
      this.chosenTint = many[0];
      this._tints();
    }
    this.boards.chosen.repaint();
    const box = this.scene && fly && rows.length ? this.boxOf(layer, rows) : null;
    if (box) this.place.fly(box, layer === "zone" ? 2 : 1);
  }

  // Units that are chosen; few of them are outlined too.
  mark(units) {
    if (!this.scene) return;
    const before = this.marked;
    this.marked = units;
    this.markTint = units.length ? { units, colour: "#1d5fd6", share: 0.35 } : null;
    if (before.length || units.length) this._tints(before, units);
    this.boards.chosen.repaint();
  }

  speak(words) {
    this.words = words;
    document.documentElement.lang = words.lang;
    this.north.getContainer().textContent = words.north;
    this.zoom._zoomInButton.title = words.zoom_in;
    this.zoom._zoomOutButton.title = words.zoom_out;
    this.legend.show(this);
    this.place.makeRoom();
  }

  // --- zones that change ---

  // Units go to other zones: their colours at once, the borders as soon as a worker has found them.
  assign(units, zones) {
    const { scene } = this;
    for (let i = 0; i < units.length; i++) scene.unit_zone[units[i]] = zones[i];
    this.ground.recolour(this.by === "balance" ? undefined : scene.units.boxOf(units));
    if (this.by === "balance") this.legend.show(this);
    this._seek();
  }

  async _rows(packet) {
    return new Int32Array(await bigmap.fetched(`packet/${packet}`));
  }

  async _showPreview(message) {
    const { tool } = this.toolbox, units = message.packet ? await this._counted(this._rows(message.packet)) : message.units;
    if (this.toolbox.tool === tool) tool?.preview({ ...message, units });
  }

  async _reassign(packet) {
    const pairs = await this._rows(packet);
    this.assign(pairs.subarray(0, pairs.length / 2), pairs.subarray(pairs.length / 2));
  }

  async _regap(packet) {
    const told = bigmap.unpack(await bigmap.fetched(`packet/${packet}`)), { gap_ids, gap_kinds, gap_m2 } = told;
    const gaps = this.scene.units.gathered(told.gap_units, told.gap_starts);
    Object.assign(this.scene, { gaps, gap_ids, gap_kinds, gap_m2 });
    this.boards.marks.repaint();
    this.boards.chosen.repaint();
    this.legend.show(this);
  }

  // The rows of locked zones and units: how many zones, the zones, the units.
  async _lock(packet) {
    const rows = await this._rows(packet);
    this.locks = new bigmap.Locks(rows.subarray(1, 1 + rows[0]), rows.subarray(1 + rows[0]));
    this.ground.recolour();
    for (const board of [this.boards.marks, this.boards.gesture]) board.repaint();
    this.legend.show(this);
  }

  rename({ ids, names, operators, colours }) {
    const { scene } = this, labels = scene.zone_labels;
    Object.assign(scene, { zone_ids: ids, zone_names: names, zone_operators: operators, zone_colours: colours });
    while (labels.length < ids.length) labels.push(null);
    this.ground.recolour();
    this._outline(this.lines);
    this._label();
    this.boards.marks.repaint();
    this.legend.show(this);
  }

  // Has the borders looked for; while that is under way later wishes are joined into one.
  _seek() {
    this.seeks = (this.seeks ?? 0) + 1;
    if (this.seeking) return;
    this.seeking = this.seeks;
    this.tiles.crew.tell({ kind: "borders", zones: this.scene.unit_zone.slice(), number: this.seeks });
  }

  hear(message) {
    if (message.kind === "index") this.scene?.units.adopt(message.data);
    if (message.kind !== "borders") return;
    const again = this.seeks !== this.seeking;
    this.seeking = 0;
    if (!this.scene || this.scene.overlay) return;
    if (again) this._seek();
    else {
      this._outline(new bigmap.Lines(message));
      this._label();
      this.boards.marks.repaint();
      this.boards.chosen.repaint();
    }
  }

  _outline(lines) {
    const { scene } = this;
    this.lines = lines;
    this.zoneBoxes = lines.boxesOf(scene.zone_ids.length);
    const widths = this.zoneBoxes.filter(Boolean).map((b) => b[2] - b[0]).sort((a, b) => a - b);
    this.zoneWidth = widths[widths.length >> 1] ?? Infinity;
  }

  // A name stays where it is as long as that is in its zone, else it goes to the largest unit there.
  _label() {
    const { scene } = this, lost = new Map();
    scene.zone_labels.forEach((at, zone) => {
      const unit = at && this.zoneBoxes[zone] ? scene.units.at(...at) : -1;
      if (!at || scene.unit_zone[unit] !== zone) lost.set(zone, -1);
    });
    if (!lost.size) return;
    scene.unit_zone.forEach((zone, unit) => {
      const best = lost.get(zone);
      if (best !== undefined && (best < 0 || scene.unit_m2[unit] > scene.unit_m2[best])) lost.set(zone, unit);
    });
    for (const [zone, unit] of lost) scene.zone_labels[zone] = unit >= 0 ? scene.units.pointIn(unit) : [0, 0];
  }

  // --- questions ---

  unitAt({ x, y }) {
    if (!this.scene) return -1;
    const id = this.tiles.idAt({ lng: x, lat: y });
    return id ? id - 1 : this.scene.units.at(x, y);
  }

  unitsWithin(shape, how) {
    return this.scene ? bigmap.within(this.scene.units, shape, how) : [];
  }

  // What lies under a point; a gap is also met some pixels beside it, since it may be a hair line.
  under({ lng: x, lat: y }) {
    const { zones, gaps, overlay, unit_zone: zoneOf } = this.scene;
    const unit = this.unitAt({ x, y });
    const hit = gaps.at(x, y);
    const gap = hit >= 0 ? hit : gaps.nearest(x, y, 5 / 2 ** this.map.getZoom());
    return { unit, zone: overlay ? zones.at(x, y) : (zoneOf[unit] ?? -1), gap };
  }

  boxOf(layer, rows) {
    if (layer !== "zone" || this.scene.overlay) return this.scene[`${layer}s`].boxOf(rows);
    const boxes = rows.map((row) => this.zoneBoxes[row]).filter(Boolean);
    return boxes.length ? boxes.reduce((a, b) => [...a.slice(0, 2).map((v, i) => Math.min(v, b[i])), ...a.slice(2).map((v, i) => Math.max(v, b[i + 2]))]) : null;
  }

  // --- what a gesture would do ---

  tint(units, colour = "#1d5fd6", share = 0.5) {
    if (!this.scene || (!units.length && !this.gestureTint)) return;
    const before = this.gestureTint?.units ?? [];
    this.gestureTint = units.length ? { units, colour, share } : null;
    this._tints(before, units);
  }

  // Tints are others where these units are, or were; of many of them the box would cost more than it spares.
  _tints(before, units) {
    const few = before && before.length + units.length < 20000, box = few ? this.scene.units.boxOf([...before, ...units]) : undefined;
    this.ground.tints = [this.chosenTint, this.markTint, this.gestureTint].filter(Boolean);
    this.ground.retable(box);
  }
};

bigmap.fetched = async function (address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} is gone`);
  return answer.arrayBuffer();
};

bigmap.open = function (map) {
  bigmap.view = new bigmap.View(map);
  bigmap.connect((message) => bigmap.view.obey(message));
};

bigmap.openShared = function (map, words, scene) {
  bigmap.view = new bigmap.View(map);
  bigmap.view.speak(words);
  bigmap.view.show(bigmap.fromBase64(scene));
};
