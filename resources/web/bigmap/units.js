// Paints the ground: excluded ground, zones in flat colour, units by kind, unit outlines at close zoom.
"use strict";

// Colour of each unit as a number into `colours`. In the colours of zones and operators roads are lighter and
// buildings darker, so that the town stays readable.
bigmap.unitColours = function (scene, by) {
  const kind = scene.unit_kind;
  if (by === "kind" || scene.overlay) {
    const fade = scene.overlay ? 0.55 : 0;
    return { style: kind, colours: scene.kind_colours.map((c) => bigmap.mix(c, "#ffffff", fade)) };
  }
  const tones = scene.kinds.map((name) => ({ road: 2, lane: 2, building: 1, public: 1 })[name] ?? 0);
  const grounds = bigmap.zoneColours(scene, by).concat(scene.nobody);
  const style = Uint16Array.from(kind, (code, unit) => {
    const zone = scene.unit_zone[unit];
    return 3 * (zone < 0 ? grounds.length - 1 : zone) + tones[code];
  });
  const colours = grounds.flatMap((c) => [c, bigmap.mix(c, "#5a5f66", 0.13), bigmap.mix(c, "#ffffff", 0.55)]);
  return { style, colours };
};

bigmap.zoneColours = function (scene, by) {
  if (by === "zone") return scene.zone_colours;
  return scene.zone_operators.map((row) => (row < 0 ? scene.nobody : scene.operator_colours[row]));
};

// `share` of colour b in colour a, both as #rrggbb.
bigmap.mix = function (a, b, share) {
  const part = (c, i) => parseInt(c.slice(i, i + 2), 16);
  const hex = (i) => Math.round(part(a, i) * (1 - share) + part(b, i) * share).toString(16).padStart(2, "0");
  return `#${hex(1)}${hex(3)}${hex(5)}`;
};

bigmap.Ground = class {
  constructor(view) {
    this.view = view;
  }

  // Called when the scene or the colouring changes: sorts the units by colour.
  recolour() {
    const { scene, by } = this.view;
    const { style, colours } = bigmap.unitColours(scene, by);
    this.colours = colours;
    this.runs = colours.map(() => []);
    for (let p = 0; p < scene.units.count; p++) this.runs[style[scene.units.owner[p]]].push(p);
    const [width, height] = scene.half;
    this.typical = Math.sqrt((4 * width * height) / Math.max(scene.units.count, 1));
  }

  paint(ctx, place, size, box) {
    const { scene, by } = this.view;
    if (!scene) return;
    this._fill(ctx, place, scene.boundary, Array(scene.boundary.count).keys(), "#eef1ea");
    if (by !== "kind" && !scene.overlay) this._zones(ctx, place, scene, by);
    this._units(ctx, place, scene.units, box);
    if (by !== "kind" && scene.overlay) this._zones(ctx, place, scene, by, 0.6);
    this._exclusions(ctx, place, scene.exclusions);
  }

  // Zones under the units hide the hair lines between units of one colour.
  _zones(ctx, place, scene, by, opacity = 1) {
    const colours = bigmap.zoneColours(scene, by);
    ctx.globalAlpha = opacity;
    for (let p = 0; p < scene.zones.count; p++) this._fill(ctx, place, scene.zones, [p], colours[scene.zones.owner[p]]);
    ctx.globalAlpha = 1;
  }

  _exclusions(ctx, place, shapes) {
    this.excluded ??= bigmap.hatch(ctx, "#d3dde4", "#e6edf1");
    this._fill(ctx, place, shapes, Array(shapes.count).keys(), this.excluded);
  }

  _fill(ctx, place, shapes, polygons, style) {
    ctx.fillStyle = style;
    ctx.beginPath();
    for (const p of polygons) shapes.trace(ctx, p, place);
    ctx.fill("evenodd");
  }

  _units(ctx, place, units, box) {
    const shown = new Uint8Array(units.count);
    for (const p of units.inside(box)) shown[p] = 1;
    this.runs.forEach((run, style) => {
      const visible = run.filter((p) => shown[p]);
      if (visible.length) this._run(ctx, place, units, visible, this.colours[style]);
    });
    if (this.typical * place.k > 9) this._outlines(ctx, place, units, shown);
  }

  // A path of some hundred polygons fills fastest; units under two pixels become dots.
  _run(ctx, place, units, polygons, colour) {
    const { k, dx, dy } = place, boxes = units.boxes;
    ctx.fillStyle = colour;
    ctx.beginPath();
    let held = 0;
    for (const p of polygons) {
      const wide = (boxes[4 * p + 2] - boxes[4 * p]) * k, high = (boxes[4 * p + 3] - boxes[4 * p + 1]) * k;
      if (wide < 2 && high < 2) {
        ctx.fillRect(boxes[4 * p] * k + dx, dy - boxes[4 * p + 3] * k, Math.max(wide, 1), Math.max(high, 1));
        continue;
      }
      units.trace(ctx, p, place);
      if (++held % 300 === 0) {
        ctx.fill("evenodd");
        ctx.beginPath();
      }
    }
    ctx.fill("evenodd");
  }

  _outlines(ctx, place, units, shown) {
    ctx.strokeStyle = "rgba(70, 78, 88, 0.38)";
    ctx.lineWidth = 0.6;
    for (let p = 0; p < units.count; p++) {
      if (!shown[p]) continue;
      ctx.beginPath();
      units.trace(ctx, p, place);
      ctx.stroke();
    }
  }
};
