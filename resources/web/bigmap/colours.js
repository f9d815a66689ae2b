// Colours of units: a style a unit and a colour a style, joined into a table unit -> colour for the tiles.
"use strict";

// In the colours of zones, operators and balance roads are lighter and buildings darker, so that the town stays
// readable; not from afar, where that would only be noise.
bigmap.TONES = { road: 2, lane: 2, building: 1, public: 1 };

// `style` of each unit and `colours` of the styles.
bigmap.unitColours = function (scene, by, method) {
  if (scene.overlay) return { style: scene.unit_kind, colours: scene.kind_colours.map((c) => bigmap.mix(c, "#ffffff", 0.55)) };
  if (by === "kind") return { style: scene.unit_kind, colours: scene.kind_colours };
  if (by === "phase" && scene.unit_phase) return { style: scene.unit_phase, colours: scene.phase_colours };
  if (by === "load") {
    return { style: bigmap.classed(scene.unit_density, scene.load_breaks[method]), colours: scene.load_colours };
  }
  return bigmap.byGround(scene, by);
};

bigmap.byGround = function (scene, by) {
  const tones = scene.kinds.map((name) => bigmap.TONES[name] ?? 0);
  const grounds = bigmap.zoneColours(scene, by).concat(scene.nobody);
  const { unit_kind: kind, unit_zone: zoneOf } = scene, style = new Uint16Array(kind.length), none = grounds.length - 1;
  for (let unit = 0; unit < style.length; unit++) {
    const zone = zoneOf[unit];
    style[unit] = 3 * (zone < 0 ? none : zone) + tones[kind[unit]];
  }
  const colours = grounds.flatMap((c) => [c, bigmap.mix(c, "#5a5f66", 0.13), bigmap.mix(c, "#ffffff", 0.55)]);
  return { style, colours, flat: grounds.flatMap((c) => [c, c, c]) };
};

bigmap.zoneColours = function (scene, by) {
  if (by === "operator") return scene.zone_operators.map((row) => (row < 0 ? scene.nobody : scene.operator_colours[row]));
  if (by !== "balance") return scene.zone_colours;
  const off = bigmap.deviations(scene);
  const classes = bigmap.classed(off, scene.balance_breaks);
  return Array.from(classes, (c, zone) => (Number.isFinite(off[zone]) ? scene.balance_colours[c] : scene.nobody));
};

// How far the load of each zone is from the mean: 0.1 is ten in a hundred more. A zone without units has none.
bigmap.deviations = function (scene) {
  const sums = new Float64Array(scene.zone_ids.length), units = new Uint32Array(sums.length);
  const { unit_zone: zoneOf, unit_load: load } = scene;
  for (let unit = 0; unit < zoneOf.length; unit++) {
    const zone = zoneOf[unit];
    if (zone < 0) continue;
    sums[zone] += load[unit];
    units[zone]++;
  }
  const held = units.reduce((n, u) => n + (u > 0), 0), mean = sums.reduce((a, b) => a + b, 0) / Math.max(held, 1);
  return sums.map((sum, zone) => (units[zone] && mean ? sum / mean - 1 : NaN));
};

// Class of each value: how many breaks it reaches.
bigmap.classed = function (values, breaks) {
  const classes = new Uint8Array(values.length), n = breaks.length;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    let at = 0;
    while (at < n && value >= breaks[at]) at++;
    classes[i] = at;
  }
  return classes;
};

// The table for the tiles: 0xAABBGGRR a unit, from the second on; the first is nothing. `tints` are colours of units
// that a selection or a gesture lays over their own: {colour: [units]}.
bigmap.table = function (style, colours, tints = []) {
  const codes = Uint32Array.from(colours, bigmap.code), lut = new Uint32Array(style.length + 1);
  for (let unit = 0; unit < style.length; unit++) lut[unit + 1] = codes[style[unit]];
  for (const { units, colour, share } of tints) {
    const mixed = new Map(); // few colours, many units
    for (const unit of units) {
      const code = lut[unit + 1];
      if (!mixed.has(code)) mixed.set(code, bigmap.code(bigmap.mix(bigmap.hexOf(code), colour, share)));
      lut[unit + 1] = mixed.get(code);
    }
  }
  return lut;
};

bigmap.code = (hex) => {
  const n = parseInt(hex.slice(1), 16);
  return (0xff000000 | ((n & 0xff) << 16) | (n & 0xff00) | (n >>> 16)) >>> 0;
};

bigmap.hexOf = (code) => `#${(((code & 0xff) << 16) | (code & 0xff00) | ((code >>> 16) & 0xff)).toString(16).padStart(6, "0")}`;

// `share` of colour b in colour a, both as #rrggbb.
bigmap.mix = function (a, b, share) {
  const part = (c, i) => parseInt(c.slice(i, i + 2), 16);
  const hex = (i) => Math.round(part(a, i) * (1 - share) + part(b, i) * share).toString(16).padStart(2, "0");
  return `#${hex(1)}${hex(3)}${hex(5)}`;
};
