// Reads a packed scene; the layout is told in bigmap/mapview/payload.py.
"use strict";
const bigmap = {};

bigmap.unpack = function (buffer) {
  const types = { f4: Float32Array, u4: Uint32Array, i4: Int32Array, u1: Uint8Array };
  const length = new DataView(buffer).getUint32(0, true);
  const scene = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  if (scene.v !== 1) throw new Error(`scene of version ${scene.v}`);
  const start = Math.ceil((4 + length) / 8) * 8;
  for (const [name, [type, offset, count]] of Object.entries(scene.arrays)) {
    scene[name] = new types[type](buffer, start + offset, count);
  }
  for (const name of ["units", "zones", "gaps", "boundary", "exclusions", "communities"]) {
    scene[name] = new bigmap.Shapes(scene, name);
  }
  return scene;
};

bigmap.fromBase64 = function (text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
};
