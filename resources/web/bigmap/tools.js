// Tools: what a drag or a click on the map means while one is in hand.
//
// A tool is a class, entered once:   bigmap.tool("lasso", class extends bigmap.Tool { … })
// and taken up by the window's order {kind: "tool", name: "lasso", options: {…}}, or by view.toolbox.use(name, options);
// the name "" lays it down. One object lives as long as the tool is in hand. It has `view`, `options` and may have
//
//   begin()                  it was taken up                     end()          it was laid down (after cancel())
//   down(at) move(at) up(at) the left button went down, the mouse moved (buttons down or not), the button went up
//   twice(at)                a double click                      cancel()       Escape, or another tool: leave nothing
//   key(name) -> bool        a key; true if it was meant for the tool
//   idle() -> bool           nothing is under way, so that Escape lays the tool down ({kind: "dropped"} to the window)
//   told(lines)              the window's answer to {kind: "measuring"}
//   preview(message)         the window's answer to what gesture.js asks
//   adopt(options) -> bool   the same tool with other options; true if it goes on with them
//   wheel(steps) -> bool     the wheel with Ctrl held down; true if it was meant for the tool
//   paint(ctx, place, size, box)  draws the gesture on a board over everything; ask for it with this.repaint()
//
// `at` is {x, y} in metres from the scene's origin, {px, py} pixels of the map, {shift, ctrl, alt, down}. A move comes
// at most once a frame. What the gesture meant goes to the window with bigmap.send(kind, fields); the kinds are
// declared in bigmap/mapview/messages.py. The page changes nothing by itself: the window answers with `assign`.
// To show what would happen meanwhile: view.tint(units, colour, share) and view.tint([]).
// Units under a gesture: view.unitAt({x, y}) and view.unitsWithin(shape) (within.js).
"use strict";

bigmap.tools = {};

bigmap.tool = function (name, cls) {
  bigmap.tools[name] = cls;
};

bigmap.Tool = class {
  constructor(view, options) {
    Object.assign(this, { view, options, cursor: "crosshair" });
  }

  begin() {}
  end() {}
  down() {}
  move() {}
  up() {}
  twice() {}
  cancel() {}
  paint() {}

  told() {}
  preview() {}

  key() {
    return false;
  }

  adopt() {
    return false;
  }

  wheel() {
    return false;
  }

  idle() {
    return true;
  }

  repaint() {
    this.view.boards.gesture.repaint();
  }
};

// Takes the mouse away from the map while a tool is in hand; the wheel, the middle button and Space + drag still move it.
bigmap.Toolbox = class {
  constructor(view) {
    Object.assign(this, { view, tool: null, name: "" });
    const box = view.map.getContainer(), listen = (name, act) => box.addEventListener(name, act, true);
    listen("pointerdown", (event) => this._down(event));
    listen("pointermove", (event) => this._move(event));
    listen("pointerup", (event) => this._up(event));
    listen("dblclick", (event) => this._pass(event, "twice"));
    listen("wheel", (event) => this._wheel(event));
    listen("contextmenu", (event) => this._ask(event));
    document.addEventListener("keydown", (event) => this._key(event), true);
    document.addEventListener("keyup", (event) => event.code === "Space" && this._free(false), true);
  }

  use(name, options = {}) {
    if (this.tool && name === this.name && this.tool.adopt(options)) return;
    if (this.tool) {
      this.tool.cancel();
      this.tool.end();
      this.view.tint([]);
    }
    if (name && !bigmap.tools[name]) throw new Error(`no tool ${name}`);
    Object.assign(this, { name, held: false, last: null, tool: name ? new bigmap.tools[name](this.view, options) : null });
    this._free(!name);
    this.view.map.doubleClickZoom[name ? "disable" : "enable"]();
    this.tool?.begin();
    this.view.map.getContainer().style.cursor = this.tool?.cursor ?? "";
    this.view.boards.gesture.repaint();
  }

  // While it is free a drag moves the map.
  _free(free) {
    this.free = free || !this.tool;
    for (const name of ["dragging", "boxZoom"]) this.view.map[name][this.free ? "enable" : "disable"]();
  }

  _mine(event) {
    return this.tool && this.view.scene && !this.free && !event.target.closest(".leaflet-control");
  }

  _pass(event, what) {
    if (!this._mine(event)) return;
    event.stopPropagation();
    this.tool[what](this.at(event));
  }

  _down(event) {
    if (!this._mine(event) || event.button !== 0) return;
    this.view.map.getContainer().setPointerCapture(event.pointerId);
    this.held = true;
    this.tool.down(this.at(event));
  }

  _move(event) {
    if (!this.tool || !this.view.scene || this.free) return;
    this.last = this.at(event);
    this.frame ??= requestAnimationFrame(() => this._moved());
  }

  _moved() {
    this.frame = null;
    if (this.tool && this.last && this.view.scene) this.tool.move(this.last);
    this.last = null;
  }

  _up(event) {
    if (!this.held || event.button !== 0) return;
    this.held = false;
    if (this.last) this._moved();
    this.tool?.up(this.at(event));
  }

  _wheel(event) {
    if (!event.ctrlKey || !this._mine(event) || !this.tool.wheel(Math.sign(event.deltaY))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  _ask(event) {
    event.preventDefault();
    if (!this.view.scene || this.held || (this.tool && !this.tool.idle()) || event.target.closest(".leaflet-control")) return;
    bigmap.send("context_menu_requested", this.view.under(this.view.map.mouseEventToLatLng(event)));
  }

  _key(event) {
    if (!this.tool) return;
    if (event.code === "Space") this._free(true);
    if (event.key !== "Escape" ? this.tool.key(event.key) : this.giveUp()) event.preventDefault();
  }

  // What Escape does, here or in the window.
  giveUp() {
    if (!this.tool) return false;
    if (!this.held && this.tool.idle()) bigmap.send("dropped", {});
    this.held = false;
    this.tool.cancel();
    this.view.tint([]);
    this.view.boards.gesture.repaint();
    return true;
  }

  at(event) {
    const { map } = this.view, point = map.mouseEventToContainerPoint(event), { lng, lat } = map.containerPointToLatLng(point);
    const { shiftKey: shift, ctrlKey: ctrl, altKey: alt } = event;
    return { x: lng, y: lat, px: point.x, py: point.y, shift, ctrl, alt, down: this.held };
  }

  paint(ctx, place, size, box) {
    return this.tool && this.view.scene ? this.tool.paint(ctx, place, size, box) : false;
  }
};
