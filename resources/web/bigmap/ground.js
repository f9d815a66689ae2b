// What lies under and right over the tiles of units: the boundary's ground and excluded ground; in a check the drawn
// zones. Also says how the tiles look at a scale, and keeps their table of colours.
"use strict";

bigmap.Ground = class {
  constructor(view) {
    Object.assign(this, { view, tints: [] });
  }

  // Called when the scene, the colouring, the zones or what is locked change.
  recolour(box) {
    const { scene, by, method } = this.view;
    const [width, height] = scene.half;
    this.typical = Math.sqrt((4 * width * height) / Math.max(scene.units.count, 1));
    const { style, colours, flat } = bigmap.unitColours(scene, by, method);
    Object.assign(this, { style, colours, flat: flat ?? colours });
    this.locked = this.view.locks.table(scene);
    this.retable(box);
  }

  // Called when only a tint changes: a selection, or what a gesture would do.
  retable(box) {
    const { style, colours, flat, tints, locked } = this;
    this.view.tiles.recolour([bigmap.table(style, flat, tints), bigmap.table(style, colours, tints)], box, locked);
  }

  // Whether roads and buildings have tones of their own at k pixels a metre.
  close(k) {
    return this.typical * k > 4;
  }

  // Which lines the tiles have at k pixels (of the style sheet) a metre; `ratio` of those to pixels of the screen.
  lines(k, ratio) {
    const { scene } = this.view;
    const lines = this.typical * k > 9 ? { colour: "rgba(70, 78, 88, 0.38)", width: 0.6 * ratio } : null;
    const prints = scene.buildings.count && k > 0.3
      ? { fill: "rgba(64, 70, 80, 0.13)", colour: "rgba(64, 70, 80, 0.3)", width: k > 0.7 ? 0.6 * ratio : 0 } : null;
    return { lines, prints };
  }

  paint(ctx, place) {
    const { scene } = this.view;
    if (!scene) return false;
    if (!this.view.boards.base._painter.base) bigmap.fill(ctx, place, scene.boundary, Array(scene.boundary.count).keys(), "#eef1ea");
    this.hatch ??= bigmap.hatch(ctx, "#d3dde4", "#e6edf1");
    bigmap.fill(ctx, place, scene.exclusions, Array(scene.exclusions.count).keys(), this.hatch);
    return true;
  }
};

bigmap.fill = function (ctx, place, shapes, polygons, style) {
  ctx.fillStyle = style;
  ctx.beginPath();
  for (const p of polygons) shapes.trace(ctx, p, place);
  ctx.fill("evenodd");
};
