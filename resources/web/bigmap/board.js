// A canvas over the map that follows pan and zoom and is painted anew when the map rests.
// `painter.paint(ctx, place, size, box)` paints it (false: nothing was there to paint): `place` turns metres into pixels (x·k + dx, dy − y·k),
// `box` is the ground on it in metres. Private members of Leaflet 1.9.4's L.Renderer are used: keep it pinned.
"use strict";

bigmap.Board = L.Renderer.extend({
  options: { padding: 0.2 },

  initialize: function (painter, options) {
    L.Renderer.prototype.initialize.call(this, options);
    this._painter = painter;
  },

  _initContainer: function () {
    this._container = L.DomUtil.create("canvas", "bigmap-board");
    this._ctx = this._container.getContext("2d");
  },

  _destroyContainer: function () {
    this._container.remove();
    delete this._container;
  },

  // Leaflet would leave the canvas on a fraction of a pixel, which makes lines soft.
  _reset: function () {
    this._update();
  },

  _update: function () {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize(), ratio = window.devicePixelRatio || 1;
    L.DomUtil.setPosition(this._container, this._bounds.min);
    this._container.width = size.x * ratio;
    this._container.height = size.y * ratio;
    this._container.style.width = `${size.x}px`;
    this._container.style.height = `${size.y}px`;
    this._ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    this._fresh = true;
    this.repaint();
  },

  // Whether it was painted for where the map looks now; it is not while the map moves.
  covers: function () {
    const size = this._map.getSize(), room = this.options.padding;
    const low = this._map.containerPointToLayerPoint(size.multiplyBy(-room)).round();
    const off = low.add(size.multiplyBy(1 + 2 * room)).subtract(this._bounds.max);
    const near = Math.abs(off.x) < 2 && Math.abs(off.y) < 2; // Leaflet tells nobody of one pixel more or less
    return this._zoom === this._map.getZoom() && this._bounds.min.equals(low) && near;
  },

  repaint: function () {
    if (!this._map || (this._map._animatingZoom && !this._fresh)) return;
    const size = this._bounds.getSize(), origin = this._map.getPixelOrigin(), k = 2 ** this._zoom;
    const place = { k, dx: -origin.x - this._bounds.min.x, dy: -origin.y - this._bounds.min.y };
    const box = [-place.dx / k, (place.dy - size.y) / k, (size.x - place.dx) / k, place.dy / k];
    if (!this._fresh) this._ctx.clearRect(0, 0, size.x, size.y);
    this._fresh = false;
    // An empty board is taken out: even that would cost blending in each frame of a drag.
    this._container.hidden = this._painter.paint(this._ctx, place, size, box) === false;
  },
});
