// Reads a packed scene; the layout is told in bigmap/mapview/payload.py.
"use strict";
const bigmap = {};

bigmap.unpack = function (buffer) {
  const types = { f4: Float32Array, u4: Uint32Array, i4: Int32Array, u1: Uint8Array };
  const length = new DataView(buffer).getUint32(0, true);
  const scene = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  if (scene.v !== 2) throw new Error(`scene of version ${scene.v}`);
  const start = Math.ceil((4 + length) / 8) * 8;
  for (const [name, [type, offset, count]] of Object.entries(scene.arrays)) {
    scene[name] = new types[type](buffer, start + offset, count);
  }
  for (const name of scene.shapes) scene[name] = new bigmap.Shapes(scene, name);
  for (const name of scene.texts) scene[name] = new bigmap.Texts(scene, name);
  return scene;
};

// A column of texts; each is decoded when it is asked for, since a city has hundreds of thousands.
bigmap.Texts = class {
  constructor(scene, name) {
    this._bytes = scene[`${name}.utf8`];
    this._starts = scene[`${name}.starts`];
    this.length = this._starts.length - 1;
  }

  at(row) {
    bigmap.Texts.decoder ??= new TextDecoder();
    return bigmap.Texts.decoder.decode(this._bytes.subarray(this._starts[row], this._starts[row + 1]));
  }
};

bigmap.fromBase64 = function (text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
};

// From here on a number in a tile is no unit but the place of four numbers (raster.js).
bigmap.MIXED = 0x80000000;
