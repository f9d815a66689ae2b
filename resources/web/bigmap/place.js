// Where the map looks: the whole ground, a place, the same as another map.
"use strict";

bigmap.Place = class {
  constructor(view) {
    Object.assign(this, { view, waiting: false, quiet: false });
    const { map } = view;
    map.on("resize", () => (this.waiting || this._isHome()) && this.fit(false));
    map.on("move", () => !this.quiet && this._report());
  }

  // Shows the whole ground. As long as nobody leaves that view, it follows the size of the window.
  fit(animate) {
    const { map, scene } = this.view, size = map.getSize();
    this.waiting = size.x < 200 || size.y < 150; // not laid out yet: nothing can be fitted into it
    if (!scene || this.waiting) return;
    const [width, height] = scene.half;
    const bounds = this.bounds([-width, -height, width, height]);
    map.setMinZoom(-12);
    map.setMinZoom(map.getBoundsZoom(bounds) - 1.5);
    map.fitBounds(bounds, { animate, ...this._room(bounds) });
    if (animate) map.once("moveend", () => this._settle());
    else this._settle();
  }

  fly(box, maxZoom) {
    if (!this.waiting) this.view.map.fitBounds(this.bounds(box), { ...this._beside(), maxZoom });
  }

  // A place in the project's own coordinates; with a ring that beats three times and stays until the next one.
  go(x, y) {
    const { scene, map } = this.view;
    if (!scene || this.waiting) return;
    const place = [y - scene.origin[1], x - scene.origin[0]];
    map.setView(place, Math.max(map.getZoom(), 0.5));
    this.flash(place);
  }

  flash(place) {
    this.ring?.remove();
    const icon = L.divIcon({ className: "bigmap-flash", iconSize: [44, 44] });
    this.ring = place && L.marker(place, { icon, interactive: false, keyboard: false }).addTo(this.view.map);
  }

  // Looks where another map does, without telling so.
  look(x, y, zoom) {
    const { scene, map } = this.view;
    if (!scene) return;
    if (this.waiting) map.once("resize", () => this.look(x, y, zoom));
    this.quiet = true;
    map.setView([y - scene.origin[1], x - scene.origin[0]], zoom, { animate: false });
    this.quiet = false;
  }

  _report() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      const { scene, map } = this.view;
      if (!scene) return;
      const { lng, lat } = map.getCenter();
      bigmap.send("moved", { x: scene.origin[0] + lng, y: scene.origin[1] + lat, zoom: map.getZoom() });
    });
  }

  _settle() {
    this.home = { zoom: this.view.map.getZoom(), centre: this.view.map.getCenter() };
  }

  _isHome() {
    const { map } = this.view, { zoom, centre } = this.home ?? {};
    return zoom === map.getZoom() && map.distance(centre, map.getCenter()) * 2 ** zoom < 2;
  }

  // The ground goes beside or above the legend; where that makes it much smaller, the legend folds first.
  _room(bounds) {
    const { map, legend } = this.view;
    const { x, y } = map.getSize();
    const zoom = ({ paddingTopLeft: p, paddingBottomRight: q }) => {
      const rim = L.point(p[0] + q[0], p[1] + q[1]);
      return x - rim.x > 60 && y - rim.y > 60 ? map.getBoundsZoom(bounds, false, rim) : -Infinity;
    };
    const clear = () => {
      const beside = { paddingTopLeft: [legend.size()[0] + 16, 24], paddingBottomRight: [52, 40] };
      const above = { paddingTopLeft: [24, 24], paddingBottomRight: [24, legend.size()[1] + 24] };
      return [above, beside].reduce((a, b) => (zoom(b) > zoom(a) ? b : a));
    };
    legend.unfold();
    if (zoom(clear()) < zoom({ paddingTopLeft: [24, 24], paddingBottomRight: [24, 24] }) - 0.5) legend.fold();
    return clear();
  }

  // A legend of another size moves the whole ground, not a place that somebody chose.
  makeRoom() {
    if (this.view.scene && this.home && this._isHome()) this.fit(false);
  }

  // Where a place that is gone to comes to lie: clear of the legend where there is room for that.
  _beside() {
    const wide = this.view.legend.size()[0] + 16, crowded = this.view.map.getSize().x < 2 * wide;
    return { paddingTopLeft: [crowded ? 24 : wide, 24], paddingBottomRight: [52, 40] };
  }

  bounds([west, south, east, north]) {
    return L.latLngBounds([south, west], [north, east]);
  }
};
